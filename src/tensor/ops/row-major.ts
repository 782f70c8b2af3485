/** Small services for operations whose kernels want row-major memory or a cleared result. */
import type { Shape } from "../../core/shape.ts";
import { constantTensor } from "../create.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { broadcastOperand } from "./elementwise.ts";

/** `x` if it lies row-major, else a copy without history that does; hand the result to `release` when it has been read. */
export function rowMajor(x: Tensor): Tensor {
	if (x.contiguous) return x;
	const copy = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.copy(x, copy);
	return copy;
}

/** Frees what `rowMajor(x)` copied. */
export function release(copy: Tensor, x: Tensor): void {
	if (copy !== x) copy.dispose();
}

/** Writes `value` everywhere into memory that an operation has just allocated or was given for a gradient. */
export function fillWith(target: Tensor, value: number): Tensor {
	const source = constantTensor(target.executor, target.dtype, value);
	target.executor.kernels.copy(broadcastOperand(source, target.shape), target);
	return target;
}

/** x seen as `[outer, length, inner]` around one axis. */
export interface AxisLayout {
	readonly outer: number;
	readonly length: number;
	readonly inner: number;
}

/** How a row-major array of `shape` looks around `axis`. */
export function around(shape: Shape, axis: number): AxisLayout {
	let [outer, inner] = [1, 1];
	for (let i = 0; i < axis; i++) outer *= shape[i];
	for (let i = axis + 1; i < shape.length; i++) inner *= shape[i];
	return { outer, length: shape[axis], inner };
}
