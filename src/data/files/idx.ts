/** IDX, the array format of MNIST: two zero bytes, a type, the number of axes, the axes as big-endian uint32, the elements. */
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import { DataError, type DataPlace } from "../errors.ts";
import { decodeElements, type ElementType, elementTypes, type FileArray } from "./element-type.ts";
import { isGzip } from "./gzip.ts";
import { describeStart } from "./signature.ts";

/** A file that is no IDX, or not a whole one. */
export class IdxError extends DataError {
	override name = "IdxError";
}

const typeCodes: Readonly<Record<number, ElementType>> = {
	8: "uint8",
	9: "int8",
	11: "int16",
	12: "int32",
	13: "float32",
	14: "float64",
};

/** More axes than any data set has; keeps a hostile header short. */
const MAX_RANK = 16;

/**
 * Reads an IDX file that is not compressed; `gunzip` unpacks one that is.
 *
 * @param place - file name for messages
 * @throws IdxError if the start is not that of IDX, or the file is shorter or longer than its header says
 * @see Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "The IDX file format"
 * @example
 * const images = readIdx(await gunzip(bytes)); // { dtype: "uint8", shape: [60000, 28, 28], data }
 */
export function readIdx(bytes: Uint8Array, place: DataPlace = {}): FileArray {
	const { dtype, shape, start } = readHeader(bytes, place);
	const expected = sizeOf(shape) * elementTypes[dtype].bytes;
	const received = bytes.length - start;
	if (received !== expected) {
		refuse(
			`expected ${expected} bytes of data for ${formatShape(shape)} ${dtype}, received ${received}`,
			received < expected
				? "fetch the file again; it is cut off."
				: `check where the ${received - expected} bytes behind the data come from.`,
			place,
		);
	}
	return { dtype, shape, data: decodeElements(bytes.subarray(start), dtype, { littleEndian: false }) };
}

function readHeader(bytes: Uint8Array, place: DataPlace): { dtype: ElementType; shape: Shape; start: number } {
	const dtype = typeCodes[bytes[2]];
	if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || dtype === undefined) {
		refuse(
			`expected an IDX file, which starts with 00 00, a type (08, 09, 0b … 0e) and the number of axes; received ${describeStart(bytes)}`,
			isGzip(bytes) ? "unpack it first: readIdx(await gunzip(bytes))." : "check that this is the file you meant.",
			place,
		);
	}
	const rank = bytes[3];
	if (rank > MAX_RANK) refuse(`expected at most ${MAX_RANK} axes, received ${rank}`, "check that this is the file you meant.", place);
	const start = 4 + 4 * rank;
	if (bytes.length < start) {
		refuse(`expected a header of ${start} bytes for ${rank} axes, received ${bytes.length}`, "fetch the file again; it is cut off.", place);
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return { dtype, shape: Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i)), start };
}

function refuse(problem: string, advice: string, place: DataPlace): never {
	throw new IdxError(`${place.file ?? "IDX"}: ${problem}.\n  Try: ${advice}`, place);
}
