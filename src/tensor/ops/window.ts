/** Evenly spaced parts of axes, and the opposite: putting such a part into a larger tensor. Slices, padding and joining are made of them. */
import type { Shape } from "../../core/shape.ts";
import { record } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { fillWith } from "./row-major.ts";

/** Positions start, start + step, … of one axis, `length` of them, all within the axis. */
export interface AxisWindow {
	readonly start: number;
	readonly length: number;
	readonly step: number;
}

/** The windows of all axes as a view of x. */
export function window(x: Tensor, windows: readonly AxisWindow[], name: string): Tensor {
	const out = viewThrough(x, windows);
	return record(out, name, [x], (grad, request) => [spread(grad, { shape: x.shape, windows, value: 0, into: request.into(0) })]);
}

/** Where `spread` puts its tensor. */
export interface SpreadOptions {
	/** The shape of the result. */
	readonly shape: Shape;
	/** Where in it the elements go. */
	readonly windows: readonly AxisWindow[];
	/** What stands everywhere else. */
	readonly value: number;
	/** Contiguous memory of that shape to write to. */
	readonly into?: Tensor | null;
}

/** A tensor of `value` whose windows hold x. */
export function spread(x: Tensor, { shape, windows, value, into = null }: SpreadOptions): Tensor {
	const out = fillWith(into ?? allocate(x.executor, x.dtype, shape), value);
	putThrough(x, out, windows);
	return record(out, "spread", [x], (grad) => [window(grad, windows, "spread")]);
}

/** Copies x into the windows of `target`; types are converted. */
export function putThrough(x: Tensor, target: Tensor, windows: readonly AxisWindow[]): void {
	const view = viewThrough(target, windows);
	x.executor.kernels.copy(x, view);
	view.dispose();
}

function viewThrough(x: Tensor, windows: readonly AxisWindow[]): Tensor {
	let { offset } = x;
	const shape = windows.map(({ length }) => length);
	const strides = windows.map(({ start, step }, i) => {
		// An empty window may start behind the last element, where no view may point.
		if (shape[i] > 0) offset += start * x.strides[i];
		return step * x.strides[i];
	});
	return x.view({ shape, strides, offset });
}
