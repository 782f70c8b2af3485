/** Where the extremes lie: argMax, argMin. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, normalizeAxis, reducedShape } from "../../core/shape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { around, release, rowMajor } from "./row-major.ts";

/** Options of `argMax` and `argMin`. */
export interface ArgOptions {
	/** Keep the reduced axis with length 1. Default false. */
	readonly keepDims?: boolean;
}

/**
 * The position of the largest value along an axis, int32; the first one of several, and of a NaN if there is one.
 *
 * @param axis - if left out, the position in row-major order of all elements
 * @throws ArgumentError if there are no elements to choose from
 */
export function argMax(x: Tensor, axis?: number, options: ArgOptions = {}): Tensor {
	return extremeIndex("max", x, axis, options);
}

/** The position of the smallest value along an axis; otherwise as `argMax`. */
export function argMin(x: Tensor, axis?: number, options: ArgOptions = {}): Tensor {
	return extremeIndex("min", x, axis, options);
}

function extremeIndex(kind: "max" | "min", x: Tensor, axis: number | undefined, { keepDims = false }: ArgOptions): Tensor {
	const where = kind === "max" ? "argMax" : "argMin";
	expectTensor(x, where);
	const at = axis === undefined ? null : normalizeAxis(axis, x.rank, where);
	const length = at === null ? x.size : x.shape[at];
	if (length === 0) {
		const what = at === null ? "no elements" : `no elements along axis ${at}`;
		throw new ArgumentError(`${where}: shape ${formatShape(x.shape)} has ${what}, so there is no ${kind}.`);
	}
	const all = x.shape.map((_, i) => i);
	const out = allocate(x.executor, "int32", reducedShape(x.shape, at === null ? all : [at], keepDims));
	const source = rowMajor(x);
	x.executor.kernels.argReduce(kind, source, out, at === null ? { outer: 1, length, inner: 1 } : around(x.shape, at));
	release(source, x);
	return out;
}
