/** Order along an axis: sort, argSort, topK. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { sumElements } from "./gather.ts";
import { rowMajor } from "./row-major.ts";
import { reshape, transpose } from "./views.ts";

/** Sorted values and where each stood. */
export interface Sorted {
	readonly values: Tensor;
	/** int32. */
	readonly indices: Tensor;
}

/** Options of `sort` and `argSort`. */
export interface SortOptions {
	/** Largest first. Default false. */
	readonly descending?: boolean;
}

/**
 * The values along an axis in order, and their positions. Equal values keep their order; NaN counts as larger than everything.
 * Gradients flow to the values.
 *
 * @param axis - default the last
 */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Sorted {
	expectTensor(x, "sort");
	if (x.rank === 0) {
		return composed([x], () => {
			const { values, indices } = sort(reshape(x, [1]));
			return { values: reshape(values, []), indices: reshape(indices, []) };
		});
	}
	const at = normalizeAxis(axis, x.rank, "sort");
	return ordered(x, at, { name: "sort", descending: options.descending ?? false, count: x.shape[at] });
}

/** The positions that sort x along an axis, int32. Equal values keep their order; NaN counts as larger than everything. */
export function argSort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
	expectTensor(x, "argSort");
	const { values, indices } = sort(x.detach(), axis, options);
	values.dispose();
	return indices;
}

/** Options of `topK`. */
export interface TopKOptions {
	/** Default the last. */
	readonly axis?: number;
	/** False: the smallest. Default true. */
	readonly largest?: boolean;
}

/**
 * The `count` largest values along an axis, largest first, and their positions. Gradients flow to the values.
 *
 * @throws ArgumentError if the axis is shorter than `count`
 */
export function topK(x: Tensor, count: number, options: TopKOptions = {}): Sorted {
	expectTensor(x, "topK");
	const { axis = -1, largest = true } = options;
	const at = normalizeAxis(axis, x.rank, "topK");
	if (!Number.isInteger(count) || count < 0 || count > x.shape[at]) {
		throw new ArgumentError(
			`topK: expected a count from 0 to ${x.shape[at]}, the length of axis ${at} of ${formatShape(x.shape)}; received ${count}.`,
		);
	}
	return ordered(x, at, { name: "topK", descending: largest, count });
}

interface Order {
	readonly name: string;
	readonly descending: boolean;
	readonly count: number;
}

function ordered(x: Tensor, axis: number, order: Order): Sorted {
	return composed([x], () => orderedAlong(x, axis, order));
}

function orderedAlong(x: Tensor, axis: number, { name, descending, count }: Order): Sorted {
	const last = x.rank - 1;
	const plain = x.detach();
	const turned = transpose(plain, axis, last);
	const source = rowMajor(turned);
	const shape = [...turned.shape.slice(0, -1), count];
	const values = allocate(x.executor, x.dtype, shape);
	const indices = allocate(x.executor, "int32", shape);
	x.executor.kernels.sort(source, values, indices, { descending, count });
	for (const done of new Set([plain, turned, source])) done.dispose();
	const sorted = { values: transpose(values, axis, last), indices: transpose(indices, axis, last) };
	if (!isRecorded([x])) return sorted;
	const view = sorted.indices.detach();
	const list = rowMajor(view);
	if (list !== view) view.dispose();
	record(sorted.values, name, [x], (grad) => [sumElements(grad, list, x.shape, axis)], [list]);
	return sorted;
}
