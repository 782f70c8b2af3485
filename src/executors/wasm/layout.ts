/** Merging of axes: the fewest loops that walk several strided operands of one shape. */
import type { Operand } from "../../kernels/contracts.ts";

/** A common shape with the strides of each operand, in elements. At least one axis. */
export interface MergedAxes {
	readonly shape: readonly number[];
	readonly strides: readonly (readonly number[])[];
}

/** Drops axes of length 1 and joins neighbours that every operand walks as one. */
export function mergeAxes(operands: readonly Operand[]): MergedAxes {
	const full = operands[0].shape;
	const shape: number[] = [];
	const strides: number[][] = operands.map(() => []);
	for (let axis = 0; axis < full.length; axis++) {
		const length = full[axis];
		if (length === 1) continue;
		const last = shape.length - 1;
		let joins = last >= 0;
		for (let i = 0; joins && i < operands.length; i++) joins = strides[i][last] === operands[i].strides[axis] * length;
		const at = joins ? last : last + 1;
		shape[at] = joins ? shape[at] * length : length;
		for (let i = 0; i < operands.length; i++) strides[i][at] = operands[i].strides[axis];
	}
	if (shape.length === 0) return { shape: [1], strides: operands.map(() => [1]) };
	return { shape, strides };
}
