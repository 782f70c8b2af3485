/** Other views of the same memory: no element moves, but for reshapes of views that have gaps. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import {
	broadcastStrides,
	checkShape,
	contiguousStrides,
	expectList,
	formatShape,
	normalizeAxes,
	normalizeAxis,
	type Shape,
	sameShape,
	sizeOf,
} from "../../core/shape.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { sumTo } from "./sum-to.ts";

/**
 * The elements in row-major order under another shape. One length may be −1: it is found from the rest.
 *
 * @throws ShapeError if the sizes differ
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
	expectTensor(x, "reshape");
	const full = resolveShape(x, shape);
	const base = x.contiguous ? x : toContiguous(x);
	const out = base.view({ shape: full, strides: contiguousStrides(full), offset: base.offset }, true);
	if (!isRecorded([x])) return out;
	return record(out, "reshape", [base], (grad) => [reshape(grad, base.shape)]);
}

function resolveShape(x: Tensor, shape: Shape): Shape {
	expectList(shape, "reshape");
	const open = shape.indexOf(-1);
	const rest = shape.filter((_, i) => i !== open);
	const known = sizeOf(rest);
	const valid = rest.every((length) => Number.isInteger(length) && length >= 0);
	const fits = open < 0 ? known === x.size : known > 0 && x.size % known === 0;
	if (!valid || !fits) {
		throw new ShapeError(
			`reshape: shape ${formatShape(x.shape)} (${x.size} elements) cannot become ${formatShape(shape)}.\n` +
				`  Expected lengths whose product is ${x.size}, with at most one −1.`,
		);
	}
	return open < 0 ? [...shape] : shape.map((length, i) => (i === open ? x.size / known : length));
}

/** The same values row-major without gaps; `x` itself if it is so already. */
export function toContiguous(x: Tensor): Tensor {
	expectTensor(x, "toContiguous");
	if (x.contiguous) return x;
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.copy(x, out);
	return record(out, "toContiguous", [x], (grad) => [grad]);
}

/** A copy in memory of its own. */
export function clone(x: Tensor): Tensor {
	expectTensor(x, "clone");
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.copy(x, out);
	return record(out, "clone", [x], (grad) => [grad]);
}

/** Everything from axis `start` to `end` (both included) becomes one axis; by default all axes. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
	expectTensor(x, "flatten");
	if (x.rank === 0) return reshape(x, [1]);
	const from = normalizeAxis(start, x.rank, "flatten");
	const to = normalizeAxis(end, x.rank, "flatten");
	if (to < from) throw new ArgumentError(`flatten: expected start ≤ end, received axes ${start} and ${end}.`);
	return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to + 1)), ...x.shape.slice(to + 1)]);
}

/**
 * Axes in another order: axis i of the result is axis `order[i]` of x.
 *
 * @throws ArgumentError if `order` does not name each axis once
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
	expectTensor(x, "permute");
	const isList = Array.isArray(order);
	const axes = isList ? order.map((axis) => normalizeAxis(axis, x.rank, "permute")) : [];
	if (!isList || axes.length !== x.rank || new Set(axes).size !== x.rank) {
		throw new ArgumentError(`permute: expected each of the ${x.rank} axes once, received ${isList ? formatShape(order) : String(order)}.`);
	}
	const out = x.view({ shape: axes.map((axis) => x.shape[axis]), strides: axes.map((axis) => x.strides[axis]), offset: x.offset });
	if (!isRecorded([x])) return out;
	const back = axes.map((_, i) => axes.indexOf(i));
	return record(out, "permute", [x], (grad) => [permute(grad, back)]);
}

/** Two axes exchanged; by default the last two, as in a matrix transpose. */
export function transpose(x: Tensor, axis1 = -2, axis2 = -1): Tensor {
	expectTensor(x, "transpose");
	const a = normalizeAxis(axis1, x.rank, "transpose");
	const b = normalizeAxis(axis2, x.rank, "transpose");
	const [shape, strides] = [x.shape.slice(), x.strides.slice()];
	[shape[a], shape[b]] = [shape[b], shape[a]];
	[strides[a], strides[b]] = [strides[b], strides[a]];
	const out = x.view({ shape, strides, offset: x.offset });
	return record(out, "transpose", [x], (grad) => [transpose(grad, a, b)]);
}

/**
 * Axes of length 1 stretched to `shape`, without copying; new axes may come in front. −1 keeps a length.
 *
 * @throws ShapeError if a length other than 1 would change
 */
export function expand(x: Tensor, shape: Shape): Tensor {
	expectTensor(x, "expand");
	expectList(shape, "expand");
	const lead = shape.length - x.rank;
	const full = shape.map((length, i) => (length === -1 && i >= lead ? x.shape[i - lead] : length));
	const fits = lead >= 0 && x.shape.every((length, i) => length === full[i + lead] || length === 1);
	if (!fits) {
		throw new ShapeError(
			`expand: shape ${formatShape(x.shape)} cannot be stretched to ${formatShape(shape)}; only axes of length 1 stretch.`,
		);
	}
	checkShape(full, "expand");
	if (sameShape(full, x.shape)) return x;
	const out = x.view({ shape: full, strides: broadcastStrides(x.shape, x.strides, full), offset: x.offset });
	return record(out, "expand", [x], (grad) => [sumTo(grad, x.shape)]);
}

/** A new axis of length 1 at position `axis`. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
	expectTensor(x, "unsqueeze");
	const at = normalizeAxis(axis, x.rank + 1, "unsqueeze");
	const shape = [...x.shape.slice(0, at), 1, ...x.shape.slice(at)];
	const strides = [...x.strides.slice(0, at), 0, ...x.strides.slice(at)];
	const out = x.view({ shape, strides, offset: x.offset }, x.contiguous);
	return record(out, "unsqueeze", [x], (grad) => [reshape(grad, x.shape)]);
}

/** Without the axes of length 1, or without the one named. */
export function squeeze(x: Tensor, axis?: number): Tensor {
	expectTensor(x, "squeeze");
	const only = axis === undefined ? null : normalizeAxis(axis, x.rank, "squeeze");
	if (only !== null && x.shape[only] !== 1) {
		throw new ShapeError(`squeeze: axis ${axis} of shape ${formatShape(x.shape)} has length ${x.shape[only]}; expected 1.`);
	}
	const kept = x.shape.map((_, i) => i).filter((i) => (only === null ? x.shape[i] !== 1 : i !== only));
	const out = x.view({ shape: kept.map((i) => x.shape[i]), strides: kept.map((i) => x.strides[i]), offset: x.offset });
	return record(out, "squeeze", [x], (grad) => [reshape(grad, x.shape)]);
}

/** Elements in opposite order along the axes. */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
	expectTensor(x, "flip");
	const list = normalizeAxes(axes, x.rank, "flip");
	let { offset } = x;
	const strides = x.strides.map((stride, i) => {
		if (!list.includes(i)) return stride;
		offset += Math.max(0, x.shape[i] - 1) * stride;
		return -stride;
	});
	const out = x.view({ shape: x.shape, strides, offset });
	return record(out, "flip", [x], (grad) => [flip(grad, list)]);
}
