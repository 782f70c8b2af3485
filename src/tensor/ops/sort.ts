/** Order along an axis: sort, argSort, topK. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { gather } from "./gather.ts";
import { release, rowMajor } from "./row-major.ts";
import { spreadByIndex } from "./spread-by-index.ts";
import { transpose } from "./views.ts";

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
	const at = x.rank === 0 ? 0 : normalizeAxis(axis, x.rank, "sort");
	return ordered(x, at, { name: "sort", descending: options.descending ?? false, count: x.rank === 0 ? 1 : x.shape[at] });
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
		throw new ArgumentError(`topK: expected a count from 0 to ${x.shape[at]}, the length of axis ${at} of ${formatShape(x.shape)}; received ${count}.`);
	}
	return ordered(x, at, { name: "topK", descending: largest, count });
}

function ordered(x: Tensor, axis: number, { name, descending, count }: { name: string; descending: boolean; count: number }): Sorted {
	const last = Math.max(0, x.rank - 1);
	const turned = axis === last ? x.detach() : transpose(x.detach(), axis, last);
	const source = rowMajor(turned);
	const shape = x.rank === 0 ? [] : [...turned.shape.slice(0, -1), count];
	const values = allocate(x.executor, x.dtype, shape);
	const indices = allocate(x.executor, "int32", shape);
	const rows = x.rank === 0 ? source.view({ shape: [1], strides: [1], offset: source.offset }) : source;
	x.executor.kernels.sort(rows, values, indices, { descending, count });
	release(source, turned);
	const [sorted, places] = axis === last ? [values, indices] : [transpose(values, axis, last), transpose(indices, axis, last)];
	if (!isRecorded([x])) return { values: sorted, indices: places };
	const list = rowMajor(places.detach());
	record(sorted, name, [x], (grad) => [spreadByIndex(grad, list, x.shape, axis)], [list]);
	return { values: sorted, indices: places };
}
