/** How reference kernels see memory: a typed array, element positions in row-major order, and conversion on storing. */
import { type DType, dtypes, type TypedArray } from "../../core/dtype.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Block, Operand } from "../contracts.ts";

/** A block of the reference executor. */
export interface ReferenceBlock extends Block {
	/** The memory itself; a multiple of 8 bytes, so that every element type fits. Empty after release. */
	buffer: ArrayBuffer;
}

/** The memory of an operand as elements of its type, from the block's first element on. */
export function elementsOf(operand: Operand): TypedArray {
	return arrayOver((operand.block as ReferenceBlock).buffer, operand.dtype);
}

/** A typed array over a whole buffer. */
export function arrayOver(buffer: ArrayBuffer, dtype: DType): TypedArray {
	switch (dtype) {
		case "float32":
			return new Float32Array(buffer);
		case "float64":
			return new Float64Array(buffer);
		case "int32":
			return new Int32Array(buffer);
		case "uint8":
		case "bool":
			return new Uint8Array(buffer);
		default:
			throw dtype satisfies never;
	}
}

/** Where the elements of a strided array lie, in row-major order of its indices. */
export function positionsOf(view: {
	readonly shape: readonly number[];
	readonly strides: readonly number[];
	readonly offset: number;
}): Float64Array {
	const { shape, strides, offset } = view;
	const positions = new Float64Array(sizeOf(shape));
	const index = new Array<number>(shape.length).fill(0);
	let position = offset;
	for (let i = 0; i < positions.length; i++) {
		positions[i] = position;
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			position += strides[axis];
			index[axis]++;
			if (index[axis] < shape[axis]) break;
			position -= strides[axis] * shape[axis];
			index[axis] = 0;
		}
	}
	return positions;
}

/** A contiguous operand's elements, its own first element at 0. */
export function contiguousElements(operand: Operand): TypedArray {
	return elementsOf(operand).subarray(operand.offset, operand.offset + operand.size);
}

/**
 * What is stored for a number in an array of this type. Fractions are cut off; what int32 cannot hold saturates and NaN becomes 0,
 * as in WebAssembly's saturating truncation; uint8 keeps the low byte of that; bool is "not 0".
 */
export function converterTo(dtype: DType): (value: number) => number {
	switch (dtype) {
		case "float32":
		case "float64":
			return (value) => value;
		case "int32":
		case "uint8":
			return toInt32;
		case "bool":
			return (value) => (value !== 0 ? 1 : 0);
		default:
			throw dtype satisfies never;
	}
}

function toInt32(value: number): number {
	return Number.isNaN(value) ? 0 : Math.trunc(Math.max(-2147483648, Math.min(2147483647, value)));
}

/** A zero-filled buffer for `length` elements. */
export function makeBuffer(dtype: DType, length: number): ArrayBuffer {
	return new ArrayBuffer(Math.ceil((dtypes[dtype].bytes * length) / 8) * 8);
}
