/** Tensors as kernels see them. */
import type { Shape } from "../../core/shape.ts";
import { contiguousStrides, sizeOf } from "../../core/shape.ts";
import type { Operand } from "../../kernels/contracts.ts";

/** A contiguous operand under another shape of the same size. */
export function seenAs(x: Operand, shape: Shape): Operand {
	return {
		block: x.block,
		dtype: x.dtype,
		shape,
		strides: contiguousStrides(shape),
		offset: x.offset,
		size: sizeOf(shape),
		contiguous: true,
	};
}
