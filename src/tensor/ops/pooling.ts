/** Pooling over given windows of the last two axes, and its derivatives of every order. The geometry is the caller's. */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { PoolWindows } from "../../kernels/contracts.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { seenAs } from "./operand.ts";
import { toContiguous } from "./views.ts";

/** `[…, h, w]` as `[planes, h, w]`. */
function planesOf(shape: Shape): [number, number, number] {
	return [sizeOf(shape.slice(0, -2)), shape[shape.length - 2], shape[shape.length - 1]];
}

function pooledShape(shape: Shape, windows: PoolWindows): number[] {
	return [...shape.slice(0, -2), windows.rowStart.length, windows.columnStart.length];
}

/** Largest value of each window. The gradient goes to the first of equal values. */
export function maxOverWindows(given: Tensor, windows: PoolWindows): Tensor {
	const x = toContiguous(given);
	const { executor } = x;
	const out = allocate(executor, x.dtype, pooledShape(x.shape, windows));
	const indices = allocate(executor, "int32", out.shape);
	const outPlanes = planesOf(out.shape);
	executor.kernels.maxPool(seenAs(x, planesOf(x.shape)), seenAs(out, outPlanes), seenAs(indices, outPlanes), windows);
	if (!isRecorded([x])) {
		indices.dispose();
		return out;
	}
	const { shape } = x;
	return record(out, "maxPool", [x], (grad, request) => [spread(grad, indices, shape, request.into(0))], [indices]);
}

/** Every value of `grad` added to the place in its plane that `indices` names, in zeros of `shape`. */
function spread(grad: Tensor, indices: Tensor, shape: Shape, into: Tensor | null): Tensor {
	const grads = toContiguous(grad);
	const out = into ?? allocate(grad.executor, grad.dtype, shape);
	const planes = planesOf(grads.shape);
	grad.executor.kernels.maxPoolGrad(seenAs(grads, planes), seenAs(indices, planes), seenAs(out, planesOf(shape)));
	return record(out, "maxPoolGrad", [grads], (arriving) => [collect(arriving, indices)]);
}

/** The values of x at the places in their planes that `indices` names: `spread` seen from the other side. */
function collect(given: Tensor, indices: Tensor): Tensor {
	const x = toContiguous(given);
	const out = allocate(x.executor, x.dtype, indices.shape);
	const [outer, height, width] = planesOf(x.shape);
	const count = indices.size / Math.max(1, outer);
	const listed = [outer, count, 1];
	x.executor.kernels.gather(seenAs(x, [outer, height * width, 1]), seenAs(indices, listed), seenAs(out, listed), {
		outer,
		length: height * width,
		inner: 1,
		count,
	});
	return record(out, "maxPoolGradGrad", [x], (grad, request) => [spread(grad, indices, x.shape, request.into(0))]);
}

/** Sum of each window over its divisor. */
export function averageOverWindows(given: Tensor, windows: PoolWindows): Tensor {
	const x = toContiguous(given);
	const out = allocate(x.executor, x.dtype, pooledShape(x.shape, windows));
	x.executor.kernels.averagePool(seenAs(x, planesOf(x.shape)), seenAs(out, planesOf(out.shape)), windows);
	const { shape } = x;
	return record(out, "averagePool", [x], (grad, request) => [shareOut(grad, windows, shape, request.into(0))]);
}

/** Every value of `grad` over its divisor, added to all places of its window, in zeros of `shape`. */
function shareOut(grad: Tensor, windows: PoolWindows, shape: Shape, into: Tensor | null): Tensor {
	const grads = toContiguous(grad);
	const out = into ?? allocate(grad.executor, grad.dtype, shape);
	grad.executor.kernels.averagePoolGrad(seenAs(grads, planesOf(grads.shape)), seenAs(out, planesOf(shape)), windows);
	return record(out, "averagePoolGrad", [grads], (arriving) => [averageOverWindows(arriving, windows)]);
}
