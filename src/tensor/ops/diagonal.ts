/** Diagonals of two axes, as views. */
import { ArgumentError } from "../../core/errors.ts";
import { normalizeAxis, type Shape } from "../../core/shape.ts";
import { record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { fillWith } from "./row-major.ts";

/** The elements with equal positions on two axes, along a new last axis in their place; a view. By default of the last two axes. */
export function diagonal(x: Tensor, axis1 = -2, axis2 = -1): Tensor {
	expectTensor(x, "diagonal");
	const [a, b] = [normalizeAxis(axis1, x.rank, "diagonal"), normalizeAxis(axis2, x.rank, "diagonal")];
	if (a === b) throw new ArgumentError(`diagonal: expected two different axes, received ${axis1} and ${axis2}.`);
	const out = diagonalView(x, a, b);
	return record(out, "diagonal", [x], (grad) => [onDiagonal(grad, x.shape, a, b)]);
}

/** Zeros of a shape with x on the diagonal of two axes. */
function onDiagonal(x: Tensor, shape: Shape, a: number, b: number): Tensor {
	const out = fillWith(allocate(x.executor, x.dtype, shape), 0);
	const view = diagonalView(out, a, b);
	x.executor.kernels.copy(x, view);
	view.dispose();
	return record(out, "onDiagonal", [x], (grad) => [diagonal(grad, a, b)]);
}

function diagonalView(x: Tensor, a: number, b: number): Tensor {
	const rest = x.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
	return x.view({
		shape: [...rest.map((i) => x.shape[i]), Math.min(x.shape[a], x.shape[b])],
		strides: [...rest.map((i) => x.strides[i]), x.strides[a] + x.strides[b]],
		offset: x.offset,
	});
}
