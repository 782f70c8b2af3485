/** Reads zip archives as .npz files are: stored or deflated entries, without encryption, parts, or zip64. */
import { DataError, type DataPlace } from "../errors.ts";
import { crc32 } from "./crc32.ts";
import { inflate } from "./gzip.ts";
import { describeStart } from "./signature.ts";

/** An archive that is damaged, or uses what is not read. */
export class ZipError extends DataError {
	override name = "ZipError";
}

/** A file inside an archive, not yet unpacked. */
export interface ZipEntry {
	readonly name: string;
	/** Size when unpacked, as the archive says; `readZipEntry` checks it. */
	readonly byteCount: number;
	readonly method: "stored" | "deflated";
	readonly crc: number;
	/** Its bytes in the archive. */
	readonly packed: Uint8Array;
}

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const DIRECTORY_BYTES = 46;
const LOCAL_BYTES = 30;
/** The end record may be followed by a comment of this length. */
const MAX_COMMENT_BYTES = 0xffff;
/** What stands in a field whose value is in a zip64 record. */
const IN_ZIP64 = 0xffffffff;
const ENCRYPTED = 1;
/** Deflate makes at most 1032 bytes of one. */
const MAX_RATIO = 1032;

/**
 * Lists the files of an archive, directories left out.
 *
 * @throws ZipError if it is no zip archive, damaged, encrypted, zip64, packed by another method than deflate, or if files share
 * bytes, by which a small archive could unpack to any size
 */
export function readZip(bytes: Uint8Array, place: DataPlace = {}): ZipEntry[] {
	const archive = new Archive(bytes, place);
	const { count, start } = archive.end();
	const entries: ZipEntry[] = [];
	let packedBytes = 0;
	for (let i = 0, at = start; i < count; i++) {
		const { entry, next } = archive.entry(at);
		packedBytes += entry.packed.length;
		if (packedBytes > bytes.length) refuse("its files overlap", place);
		if (!entry.name.endsWith("/")) entries.push(entry);
		at = next;
	}
	return entries;
}

/**
 * Unpacks one file of an archive.
 *
 * @throws ZipError if its length or checksum is not what the archive says
 * @throws CompressionError if it cannot be unpacked
 */
export async function readZipEntry(entry: ZipEntry, place: DataPlace = {}): Promise<Uint8Array> {
	const file = `${place.file ?? "zip"}: ${entry.name}`;
	const bytes = entry.method === "stored" ? entry.packed : await inflate(entry.packed, { file, limitBytes: entry.byteCount });
	const matches = bytes.length === entry.byteCount && crc32(bytes) === entry.crc;
	if (!matches) {
		refuse(`expected ${entry.byteCount} bytes with checksum ${entry.crc}, received ${bytes.length} with ${crc32(bytes)}`, {
			...place,
			file,
		});
	}
	return bytes;
}

class Archive {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	readonly #place: DataPlace;

	constructor(bytes: Uint8Array, place: DataPlace) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#place = place;
	}

	/** Number of entries and where their directory starts. */
	end(): { count: number; start: number } {
		const at = this.#findEnd();
		const [count, start] = [this.#view.getUint16(at + 10, true), this.#view.getUint32(at + 16, true)];
		if (count === 0xffff || start === IN_ZIP64) this.#refuseZip64();
		if (this.#view.getUint16(at + 4, true) !== 0) this.#refuse("it is a part of an archive in several files");
		return { count, start };
	}

	#findEnd(): number {
		const last = this.#bytes.length - END_BYTES;
		for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
			if (this.#view.getUint32(at, true) === END_SIGNATURE && at + END_BYTES + this.#view.getUint16(at + 20, true) === this.#bytes.length)
				return at;
		}
		const start = describeStart(this.#bytes);
		return this.#refuse(`expected a zip archive, whose end record was not found; it starts with ${start}`);
	}

	/** The entry of the directory record at `at`. */
	entry(at: number): { entry: ZipEntry; next: number } {
		const view = this.#view;
		this.#expect(at, DIRECTORY_BYTES, DIRECTORY_SIGNATURE);
		const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
		const [crc, packedBytes, byteCount] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
		const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
		const next = at + DIRECTORY_BYTES + nameBytes + extraBytes + commentBytes;
		if (next > this.#bytes.length) this.#refuse("its directory is cut off");
		const name = new TextDecoder().decode(this.#bytes.subarray(at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + nameBytes));
		const local = view.getUint32(at + 42, true);
		if (packedBytes === IN_ZIP64 || byteCount === IN_ZIP64 || local === IN_ZIP64) this.#refuseZip64();
		if (flags & ENCRYPTED) this.#refuse(`${name} is encrypted`);
		if (method !== 0 && method !== 8) this.#refuse(`${name} is packed by method ${method}; 0 (stored) and 8 (deflate) are read`);
		const ratio = method === 0 ? 1 : MAX_RATIO;
		if (byteCount > packedBytes * ratio) this.#refuse(`${name} cannot have ${byteCount} bytes when unpacked from ${packedBytes}`);
		const packed = this.#packed(local, packedBytes);
		return { entry: { name, byteCount, crc, method: method === 0 ? "stored" : "deflated", packed }, next };
	}

	/** The bytes behind a local header; its sizes are not looked at, for NumPy leaves them to zip64 fields. */
	#packed(at: number, packedBytes: number): Uint8Array {
		this.#expect(at, LOCAL_BYTES, LOCAL_SIGNATURE);
		const start = at + LOCAL_BYTES + this.#view.getUint16(at + 26, true) + this.#view.getUint16(at + 28, true);
		if (start + packedBytes > this.#bytes.length) this.#refuse("the data of a file are cut off");
		return this.#bytes.subarray(start, start + packedBytes);
	}

	#expect(at: number, length: number, signature: number): void {
		if (at + length > this.#bytes.length || this.#view.getUint32(at, true) !== signature) {
			this.#refuse(`its directory points to byte ${at}, where no record is`);
		}
	}

	#refuseZip64(): never {
		this.#refuse("it uses zip64, for archives over 4 GiB or 65,534 files, which is not read", "save smaller parts, or .npy files.");
	}

	#refuse(problem: string, advice?: string): never {
		refuse(problem, this.#place, advice);
	}
}

function refuse(problem: string, place: DataPlace, advice = "fetch or save the archive again; it is damaged."): never {
	throw new ZipError(`${place.file ?? "zip"}: ${problem}.\n  Try: ${advice}`, place);
}
