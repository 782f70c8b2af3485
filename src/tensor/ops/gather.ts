/** Single elements by index along an axis, and their way back: gather, scatter, scatterAdd. */
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { formatShape, normalizeAxis, type Shape, sameShape } from "../../core/shape.ts";
import { onesLike, zerosLike } from "../create.ts";
import { isRecorded, noGrad, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { checkedIndices, type Indices } from "./indices.ts";
import { around, fillWith, release, rowMajor } from "./row-major.ts";
import { where } from "./select.ts";
import { slice } from "./slice.ts";
import { clone } from "./views.ts";

/**
 * out[i, j, k] = x[i, indices[i, j, k], k] for axis 1, and so on.
 *
 * @param indices - int32 tensor or nested lists with as many axes as x, none longer than x's but along `axis`; its shape is the result's
 * @param axis - default the last
 * @throws IndexError if an index is out of range
 */
export function gather(x: Tensor, indices: Indices, axis = -1): Tensor {
	expectTensor(x, "gather");
	return composed([x], () => {
		const { list, axis: at } = prepare(x, indices, { axis, name: "gather" });
		return gatherAlong(x, list, at, list === indices ? [] : [list]);
	});
}

interface Setting {
	readonly list: Tensor;
	readonly axis: number;
}

function prepare(x: Tensor, indices: Indices, { axis, name }: { axis: number; name: string }): Setting {
	const executor = commonExecutor(name, indices instanceof Tensor ? [x, indices] : [x]);
	const at = normalizeAxis(axis, x.rank, name);
	const list = checkedIndices(indices, { length: x.shape[at], executor, where: name });
	if (list.rank !== x.rank || list.shape.some((length, i) => i !== at && length > x.shape[i])) {
		throw new ShapeError(
			`${name}: indices of shape ${formatShape(list.shape)} do not fit x of shape ${formatShape(x.shape)}.\n` +
				`  Expected ${x.rank} axes, none longer than x's but for axis ${at}. Try: take, to pick whole slices.`,
		);
	}
	return { list, axis: at };
}

/** The part of x that indices of this shape reach. */
function reached(x: Tensor, shape: Shape, axis: number): Tensor {
	if (shape.every((length, i) => i === axis || length === x.shape[i])) return x;
	return slice(
		x,
		shape.map((length, i) => (i === axis ? ":" : [0, length])),
	);
}

function gatherAlong(x: Tensor, list: Tensor, axis: number, saved: readonly Tensor[] = []): Tensor {
	const part = reached(x, list.shape, axis);
	const source = rowMajor(part);
	const out = allocate(x.executor, x.dtype, list.shape);
	x.executor.kernels.gather(source, list, out, { ...around(source.shape, axis), count: list.shape[axis] });
	release(source, part);
	return record(out, "gather", [part], (grad) => [sumElements(grad, list, part.shape, axis)], saved);
}

/** Zeros of a shape to which elements are added at their positions: the derivative of gathering them. */
export function sumElements(grad: Tensor, list: Tensor, shape: Shape, axis: number): Tensor {
	const out = fillWith(allocate(grad.executor, grad.dtype, shape), 0);
	addElements(grad, list, out, axis);
	return record(out, "gatherGradient", [grad], (back) => [gatherAlong(back, list, axis)]);
}

/** Adds in place; the indices reach all of `out`. */
function addElements(source: Tensor, list: Tensor, out: Tensor, axis: number): void {
	const values = rowMajor(source);
	out.executor.kernels.gatherGrad(values, list, out, { ...around(out.shape, axis), count: list.shape[axis] });
	release(values, source);
}

/** Options of `scatter` and `scatterAdd`. */
export interface ScatterOptions {
	/** The axis that is indexed. Default the last. */
	readonly axis?: number;
}

/**
 * x, and out[i, indices[i, j, k], k] += source[i, j, k] for axis 1, and so on; an index may come several times.
 *
 * @param indices - as in `gather`
 * @param source - of the indices' shape
 * @throws IndexError if an index is out of range
 */
export function scatterAdd(x: Tensor, indices: Indices, source: Tensor, options: ScatterOptions = {}): Tensor {
	expectTensor(x, "scatterAdd");
	return composed([x, source], () => scatterAddAlong(x, indices, source, options));
}

function scatterAddAlong(x: Tensor, indices: Indices, source: Tensor, options: ScatterOptions): Tensor {
	const { list, axis } = prepare(x, indices, { axis: options.axis ?? -1, name: "scatterAdd" });
	checkSource(x, list, source, "scatterAdd");
	const out = noGrad(() => clone(x));
	addReached(source, list, out, axis);
	if (!isRecorded([x, source])) return out;
	return record(
		out,
		"scatterAdd",
		[x, source],
		(grad, request) => [grad, request.needs(1) ? gatherAlong(grad, list, axis) : null],
		list === indices ? [] : [list],
	);
}

/** Adds in place where the indices reach only a part of `out`. */
function addReached(source: Tensor, list: Tensor, out: Tensor, axis: number): void {
	const part = noGrad(() => reached(out, list.shape, axis));
	const target = rowMajor(part);
	addElements(source, list, target, axis);
	if (target === part) return;
	out.executor.kernels.copy(target, part);
	target.dispose();
}

/**
 * x, but with out[i, indices[i, j, k], k] = source[i, j, k] for axis 1, and so on. Where an index comes several times, the sum of its
 * sources is written, so that the result does not depend on any order.
 *
 * @param indices - as in `gather`
 * @param source - of the indices' shape
 * @throws IndexError if an index is out of range
 */
export function scatter(x: Tensor, indices: Indices, source: Tensor, options: ScatterOptions = {}): Tensor {
	expectTensor(x, "scatter");
	return composed([x, source], () => {
		const { list, axis } = prepare(x, indices, { axis: options.axis ?? -1, name: "scatter" });
		checkSource(x, list, source, "scatter");
		const hit = noGrad(() => scatterAdd(zerosLike(x), list, onesLike(source), { axis }));
		return where(hit, scatterAdd(zerosLike(x), list, source, { axis }), x);
	});
}

function checkSource(x: Tensor, list: Tensor, source: Tensor, name: string): void {
	expectTensor(source, name);
	commonExecutor(name, [x, source]);
	if (!sameShape(source.shape, list.shape)) {
		throw new ShapeError(
			`${name}: expected a source of the indices' shape ${formatShape(list.shape)}, received ${formatShape(source.shape)}.`,
		);
	}
	checkSummands(x, source, name);
}

/**
 * Checks that two tensors can be added in memory: bytes and truths could not hold their sums.
 *
 * @throws DTypeError otherwise
 */
export function checkSummands(x: Tensor, source: Tensor, name: string): void {
	if (x.dtype === "uint8" || x.dtype === "bool") {
		throw new DTypeError(`${name}: expected float32, float64 or int32, received ${x.dtype}. Try: x.to("int32").`);
	}
	if (source.dtype !== x.dtype) {
		throw new DTypeError(`${name}: expected a source of type ${x.dtype}, received ${source.dtype}. Try: source.to("${x.dtype}").`);
	}
}
