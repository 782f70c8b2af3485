/** What kernels read or write at each step: an operand that moves on through memory from step to step. */
import { contiguousStrides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { Operand } from "../../../kernels/contracts.ts";

/** An operand at step 0, and how far it moves. */
export interface Track {
	readonly first: Operand;
	/** Elements from one step to the next; 0 for memory that every step uses again. */
	readonly stride: number;
}

/** Memory of a block from an element on, seen with these strides; without strides row-major. */
export function operandAt(memory: Pick<Operand, "block" | "dtype">, offset: number, shape: Shape, strides?: readonly number[]): Operand {
	const { block, dtype } = memory;
	const contiguous = strides === undefined;
	return { block, dtype, shape, strides: strides ?? contiguousStrides(shape), offset, size: sizeOf(shape), contiguous };
}

/** The operand of a step. */
export function atStep({ first, stride }: Track, step: number): Operand {
	if (stride === 0 || step === 0) return first;
	const { block, dtype, shape, strides, offset, size, contiguous } = first;
	return { block, dtype, shape, strides, offset: offset + step * stride, size, contiguous };
}

/** The operands of a step. */
export function allAtStep(tracks: readonly Track[], step: number): Operand[] {
	return tracks.map((track) => atStep(track, step));
}
