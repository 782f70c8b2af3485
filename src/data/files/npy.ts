/** .npy, NumPy's file of one array. */
import { contiguousStrides, formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { DataPlace } from "../errors.ts";
import { decodeElements, elementTypes, type FileArray, type FileElements } from "./element-type.ts";
import { refuseNpy } from "./npy-error.ts";
import { readNpyHeader } from "./npy-header.ts";

/**
 * Reads a .npy file of numbers or truths, versions 1.0 to 3.0. Fortran order becomes row-major.
 *
 * @param place - file name for messages
 * @throws NpyError if it is no .npy file, damaged, shorter or longer than its header says, or holds objects, text, dates,
 * complex numbers or records
 * @see NumPy Enhancement Proposal 1
 * @example
 * const { dtype, shape, data } = readNpy(new Uint8Array(await readFile("x.npy")));
 */
export function readNpy(bytes: Uint8Array, place: DataPlace = {}): FileArray {
	const { dtype, littleEndian, fortranOrder, shape, start } = readNpyHeader(bytes, place);
	const expected = byteCount(shape, elementTypes[dtype].bytes);
	const received = bytes.length - start;
	if (received !== expected) {
		refuseNpy(
			`expected ${expected} bytes of data for ${formatShape(shape)} ${dtype}, received ${received}`,
			received < expected
				? "fetch the file again; it is cut off."
				: `check where the ${received - expected} bytes behind the data come from.`,
			place,
		);
	}
	const data = decodeElements(bytes.subarray(start), dtype, { littleEndian });
	return { dtype, shape, data: fortranOrder && shape.length > 1 ? toRowMajor(data, shape) : data };
}

/** Bytes of all elements; a product of huge lengths may be Infinity, which no file has, and 0 · ∞ is 0. */
function byteCount(shape: Shape, width: number): number {
	return shape.includes(0) ? 0 : sizeOf(shape) * width;
}

/** Copies from the order in which the first axis varies fastest, counting through the row-major places. */
function toRowMajor(data: FileElements, shape: Shape): FileElements {
	const out = data.slice();
	const strides = contiguousStrides([...shape].reverse()).reverse();
	const index = new Array<number>(shape.length).fill(0);
	for (let i = 0, from = 0; i < out.length; i++) {
		out[i] = data[from];
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			from += strides[axis];
			if (++index[axis] < shape[axis]) break;
			from -= strides[axis] * shape[axis];
			index[axis] = 0;
		}
	}
	return out;
}
