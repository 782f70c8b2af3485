/** For tests of the reference kernels: operands with given values, other views of them, and reading back. */
import type { DType } from "../../core/dtype.ts";
import { contiguousStrides, isContiguous, sizeOf } from "../../core/shape.ts";
import type { Operand } from "../contracts.ts";
import { arrayOver, elementsOf, makeBuffer, positionsOf, type ReferenceBlock } from "./view.ts";

/** A contiguous operand with these values; none means garbage, so that a kernel that forgets an element is seen. */
export function operand(dtype: DType, shape: readonly number[], values?: ArrayLike<number>): Operand {
	const size = sizeOf(shape);
	const buffer = makeBuffer(dtype, size);
	const block: ReferenceBlock = { bytes: buffer.byteLength, buffer };
	const elements = arrayOver(buffer, dtype);
	if (values === undefined) elements.fill(dtype === "bool" ? 1 : 77);
	else elements.set(values);
	return { block, dtype, shape, strides: contiguousStrides(shape), offset: 0, size, contiguous: true };
}

/** The same block seen otherwise. */
export function viewAs(x: Operand, shape: readonly number[], strides: readonly number[], offset = 0): Operand {
	return { ...x, shape, strides, offset, size: sizeOf(shape), contiguous: isContiguous(shape, strides) };
}

/** The elements in row-major order. */
export function valuesOf(x: Operand): number[] {
	const elements = elementsOf(x);
	return Array.from(positionsOf(x), (at) => elements[at]);
}

/** Reproducible whole numbers from −4 to 4, of which sums and products are exact. */
export function wholeNumbers(count: number, seed = 1): number[] {
	let state = seed;
	return Array.from({ length: count }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		return ((state >>> 16) % 9) - 4;
	});
}

/** Σ a · b */
export function dot(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
