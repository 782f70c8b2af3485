/** Writes .npy files, for predictions that Python is to read. */

import { ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import { npyMagic } from "./npy-header.ts";

/** Arrays that `writeNpy` takes. */
export type NpySource = Float32Array | Float64Array | Int32Array | Uint8Array;

/** NumPy aligns the elements so that they can be mapped into memory. */
const ALIGNMENT = 64;

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * The bytes of a .npy file (version 1.0, row-major).
 *
 * @param data - elements, row-major
 * @param shape - one axis of all elements if not given
 * @throws ShapeError if the shape does not hold that many elements
 * @example
 * await writeFile("predictions.npy", writeNpy(probabilities, [rowCount, classCount])); // np.load("predictions.npy")
 */
export function writeNpy(data: NpySource, shape: Shape = [data.length]): Uint8Array<ArrayBuffer> {
	if (sizeOf(shape) !== data.length) {
		throw new ShapeError(
			`writeNpy: ${data.length} elements do not fit the shape ${formatShape(shape)}.\n  Expected ${sizeOf(shape)} elements for that shape.`,
		);
	}
	const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
	const dict = `{'descr': '${descriptionOf(data)}', 'fortran_order': False, 'shape': (${axes}), }`;
	const start = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
	const header = `${dict.padEnd(start - 11)}\n`;
	const out = new Uint8Array(start + data.byteLength);
	out.set(npyMagic);
	out.set([1, 0, header.length & 0xff, header.length >> 8], npyMagic.length);
	out.set(new TextEncoder().encode(header), 10);
	out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
	return out;
}

function descriptionOf(data: NpySource): string {
	if (data instanceof Uint8Array) return "|u1";
	return `${hostIsLittleEndian ? "<" : ">"}${data instanceof Int32Array ? "i" : "f"}${data.BYTES_PER_ELEMENT}`;
}
