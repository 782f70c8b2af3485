/** Tensors side by side, and apart again. */
import { promote } from "../../core/dtype.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, normalizeAxis, sameShape } from "../../core/shape.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { to } from "./convert.ts";
import { narrow, select } from "./slice.ts";
import { unsqueeze } from "./views.ts";
import { type AxisWindow, putThrough, window } from "./window.ts";

/**
 * The tensors one behind the other along an axis; the other axes must agree. Mixed types become the widest.
 *
 * @param axis - default 0; negative counts from the end
 * @throws ShapeError if the other lengths differ
 * @throws ArgumentError if the list is empty
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
	checkList(tensors, "concat");
	const [first] = tensors;
	const at = normalizeAxis(axis, first.rank, "concat");
	tensors.forEach((x, i) => {
		if (x.rank === first.rank && x.shape.every((length, k) => k === at || length === first.shape[k])) return;
		throw new ShapeError(
			`concat: tensor ${i} of shape ${formatShape(x.shape)} does not fit tensor 0 of shape ${formatShape(first.shape)}.\n` +
				`  Expected equal lengths on all axes but axis ${at}.`,
		);
	});
	return joined(tensors, at);
}

function joined(tensors: readonly Tensor[], axis: number): Tensor {
	const executor = commonExecutor("concat", tensors);
	const [first] = tensors;
	const total = tensors.reduce((sum, x) => sum + x.shape[axis], 0);
	const shape = first.shape.map((length, i) => (i === axis ? total : length));
	const out = allocate(
		executor,
		tensors.reduce((dtype, x) => promote(dtype, x.dtype), first.dtype),
		shape,
	);
	let start = 0;
	const places = tensors.map((x): AxisWindow[] => {
		const place = shape.map((length, i) => (i === axis ? { start, length: x.shape[axis], step: 1 } : { start: 0, length, step: 1 }));
		putThrough(x, out, place);
		start += x.shape[axis];
		return place;
	});
	if (!isRecorded(tensors)) return out;
	return record(out, "concat", tensors, (grad, request) =>
		tensors.map((x, i) => (request.needs(i) ? to(window(grad, places[i], "concat"), x.dtype) : null)),
	);
}

/**
 * The tensors along a new axis; all shapes must be equal.
 *
 * @param axis - position of the new axis in the result, default 0
 * @throws ShapeError if shapes differ
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
	checkList(tensors, "stack");
	const [first] = tensors;
	const at = normalizeAxis(axis, first.rank + 1, "stack");
	tensors.forEach((x, i) => {
		if (sameShape(x.shape, first.shape)) return;
		throw new ShapeError(
			`stack: expected equal shapes, received ${formatShape(first.shape)} and, as tensor ${i}, ${formatShape(x.shape)}.\n` +
				"  Try: concat, which joins along an axis that is already there.",
		);
	});
	return composed(tensors, () =>
		joined(
			tensors.map((x) => unsqueeze(x, at)),
			at,
		),
	);
}

function checkList(tensors: readonly Tensor[], where: string): void {
	if (!Array.isArray(tensors) || tensors.length === 0) {
		throw new ArgumentError(
			`${where}: expected a list of at least one tensor, received ${Array.isArray(tensors) ? "an empty list" : typeof tensors}.`,
		);
	}
	for (const x of tensors) expectTensor(x, where);
}

/**
 * Parts of given lengths along an axis, as views.
 *
 * @param lengths - of each part; or one number: every part has it, but for a shorter last one
 * @throws ShapeError if the lengths do not add up to the axis
 */
export function split(x: Tensor, lengths: number | readonly number[], axis = 0): Tensor[] {
	expectTensor(x, "split");
	const at = normalizeAxis(axis, x.rank, "split");
	const total = x.shape[at];
	const list = typeof lengths === "number" ? evenLengths(total, lengths) : lengths;
	if (list.some((length) => !Number.isInteger(length) || length < 0) || list.reduce((sum, length) => sum + length, 0) !== total) {
		throw new ShapeError(`split: expected lengths ≥ 0 that add up to ${total}, the length of axis ${at}; received ${formatShape(list)}.`);
	}
	let start = 0;
	return list.map((length) => {
		const part = narrow(x, at, [start, start + length]);
		start += length;
		return part;
	});
}

function evenLengths(total: number, length: number): number[] {
	if (!Number.isInteger(length) || length < 1) throw new ArgumentError(`split: expected a length ≥ 1, received ${length}.`);
	const count = Math.max(1, Math.ceil(total / length));
	return Array.from({ length: count }, (_, i) => Math.min(length, total - i * length));
}

/** At most `count` parts along an axis, all of the length ⌈total / count⌉ but for a shorter last one; views. */
export function chunk(x: Tensor, count: number, axis = 0): Tensor[] {
	expectTensor(x, "chunk");
	if (!Number.isInteger(count) || count < 1) throw new ArgumentError(`chunk: expected a count ≥ 1, received ${count}.`);
	const at = normalizeAxis(axis, x.rank, "chunk");
	if (x.shape[at] === 0) return Array.from({ length: count }, () => narrow(x, at, ":"));
	return split(x, Math.ceil(x.shape[at] / count), at);
}

/** x at each position of an axis, which goes; views. The opposite of `stack`. */
export function unstack(x: Tensor, axis = 0): Tensor[] {
	expectTensor(x, "unstack");
	const at = normalizeAxis(axis, x.rank, "unstack");
	return Array.from({ length: x.shape[at] }, (_, i) => select(x, at, i));
}
