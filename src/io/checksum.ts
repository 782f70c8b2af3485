/** A checksum of a whole file that stands inside the file: SHA-256 over its bytes with zeros where the checksum itself stands. */
import { FileError } from "./errors.ts";

/** As long as a checksum; takes its place until it is known. */
export const noChecksum = "0".repeat(64);

/** WebCrypto in Node takes fewer bytes than this at a time, and it takes all at once. */
const MOST_AT_ONCE = 2 ** 31 - 1;
const PIECE_BYTES = 2 ** 28;

/** SHA-256 as 64 hexadecimal digits. WebCrypto computes it off the thread in Node and in browsers; what it cannot take, Node's own module does. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>, mostAtOnce = MOST_AT_ONCE): Promise<string> {
	if (bytes.length > mostAtOnce) return inPieces(bytes);
	const { subtle } = globalThis.crypto;
	if (subtle === undefined) {
		throw new FileError("missing", "checksum: expected crypto.subtle, which browsers give to pages from https: and from localhost only.");
	}
	const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function inPieces(bytes: Uint8Array): string {
	const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
	if (crypto === undefined) {
		throw new FileError("unwritable", `checksum: expected at most ${MOST_AT_ONCE} bytes in a browser, received ${bytes.length}.`);
	}
	const hash = crypto.createHash("sha256");
	for (let start = 0; start < bytes.length; start += PIECE_BYTES) hash.update(bytes.subarray(start, start + PIECE_BYTES));
	return hash.digest("hex");
}

/** Whether this platform can compute checksums. */
export function hasSha256(): boolean {
	return globalThis.crypto?.subtle !== undefined;
}

/** Puts the checksum over the first `noChecksum` within `headerBytes`, and returns it. */
export async function seal(file: Uint8Array<ArrayBuffer>, headerBytes: number): Promise<string> {
	const at = placeOf(file, headerBytes, noChecksum);
	const checksum = await sha256(file);
	file.set(new TextEncoder().encode(checksum), at);
	return checksum;
}

/** Whether the file has the bytes that it had when it was sealed; `checksum` is what stands in it. */
export async function isIntact(file: Uint8Array<ArrayBuffer>, headerBytes: number, checksum: string): Promise<boolean> {
	if (!/^[0-9a-f]{64}$/.test(checksum)) return false;
	const at = placeOf(file, headerBytes, checksum);
	if (at < 0) return false;
	file.set(new TextEncoder().encode(noChecksum), at);
	const found = await sha256(file);
	file.set(new TextEncoder().encode(checksum), at);
	return found === checksum;
}

function placeOf(file: Uint8Array, headerBytes: number, checksum: string): number {
	// Latin-1 maps each byte to one character, so that places agree.
	const text = new TextDecoder("latin1").decode(file.subarray(0, headerBytes));
	return text.indexOf(checksum);
}
