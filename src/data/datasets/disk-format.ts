/**
 * The cache file of a data set: a header of whole pages, then the examples one behind the other, each x and then y, four bytes a number.
 * Numbers are in the machine's own byte order, for the file is a cache and not for exchange.
 */
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { JsonReader } from "../preprocessing/json-reader.ts";
import { readTarget } from "../read-target.ts";
import { targetWidth } from "./check.ts";

/** What a data set's examples are. */
export interface ExampleLayout {
	/** Of one example. */
	readonly inputShape: Shape;
	readonly target: TargetKind;
}

/** What the header says. */
export interface DiskHeader extends ExampleLayout {
	/** Bytes before the first example. */
	readonly byteLength: number;
	readonly rowCount: number;
}

const MAGIC = "GRADUSDS";
const VERSION = 1;
const PAGE = 4096;

/** Bytes of magic, version, header length and row count, in front of the JSON text. */
export const FIXED_BYTES = 24;

/** Bytes of one example. */
export function bytesPerRow({ inputShape, target }: ExampleLayout): number {
	return 4 * (sizeOf(inputShape) + targetWidth(target));
}

/** The header's bytes. */
export function encodeHeader({ inputShape, target }: ExampleLayout, rowCount: number): Uint8Array {
	const text = new TextEncoder().encode(JSON.stringify({ inputShape, target }));
	const header = new Uint8Array(Math.ceil((FIXED_BYTES + text.length + 1) / PAGE) * PAGE);
	header.set(new TextEncoder().encode(MAGIC));
	header.set(text, FIXED_BYTES);
	const view = new DataView(header.buffer);
	view.setUint32(8, VERSION, true);
	view.setUint32(12, header.length, true);
	view.setFloat64(16, rowCount, true);
	return header;
}

/**
 * Bytes of the header, by its first `FIXED_BYTES`.
 *
 * @throws DataError if the file is not one of ours
 */
export function headerLength(start: Uint8Array, file: string): number {
	const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
	if (start.length < FIXED_BYTES || new TextDecoder().decode(start.subarray(0, 8)) !== MAGIC) {
		throw new DataError(`${file}: expected a data set written by writeDiskDataset, received another file.`, { file });
	}
	const [version, length] = [view.getUint32(8, true), view.getUint32(12, true)];
	if (version === VERSION && length % PAGE === 0 && length > 0) return length;
	throw new DataError(`${file}: expected version ${VERSION} of the format, received ${version}.\n  Try: write the data set again.`, {
		file,
	});
}

/**
 * Reads a whole header.
 *
 * @param fileBytes - length of the file, which must fit the number of examples
 * @throws DataError if it is damaged or the file is too short
 */
export function decodeHeader(header: Uint8Array, fileBytes: number, file: string): DiskHeader {
	const layout = readLayout(header, file);
	const rowCount = new DataView(header.buffer, header.byteOffset).getFloat64(16, true);
	const expected = header.length + rowCount * bytesPerRow(layout);
	if (rowCount >= 0 && expected === fileBytes) return { ...layout, rowCount, byteLength: header.length };
	throw new DataError(
		`${file}: expected ${expected} bytes for ${rowCount} examples of ${formatShape(layout.inputShape)}, received ${fileBytes}.\n` +
			"  Try: write the data set again.",
		{ file },
	);
}

function readLayout(header: Uint8Array, file: string): ExampleLayout {
	const end = header.indexOf(0, FIXED_BYTES);
	let json: unknown;
	try {
		json = JSON.parse(new TextDecoder().decode(header.subarray(FIXED_BYTES, end < 0 ? header.length : end)));
	} catch {
		throw new DataError(`${file}: expected a header in JSON, received damaged text.\n  Try: write the data set again.`, { file });
	}
	const { inputShape, target } = new JsonReader(json, file).fields("inputShape", "target");
	return { inputShape: inputShape.items().map((length) => length.integer()), target: readTarget(target) };
}
