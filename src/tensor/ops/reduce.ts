/** Reductions over axes: sum, mean, extremes. Without `axes` over all of them. */
import { isFloating } from "../../core/dtype.ts";
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, normalizeAxes, reducedShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { ReduceKind } from "../../kernels/contracts.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { applyFormula, expectFloating } from "./elementwise.ts";
import { expand, reshape } from "./views.ts";

/** One axis or several; negative ones count from the end; all if undefined. */
export type Axes = number | readonly number[] | undefined;

/** Options of all reductions. */
export interface ReduceOptions {
	/** Keep reduced axes with length 1. Default false. */
	readonly keepDims?: boolean;
	/** For derivatives: contiguous memory of the result's shape to write to. */
	readonly into?: Tensor | null;
}

const identity = formula("identity", (x) => x);
/** 1 where x is the extreme value, NaN counted as one. */
const isExtreme = formula("isExtreme", (x, best) => call(s.toReal, call(s.or, call(s.eq, x, best), call(s.ne, x, x))));

function reduce(kind: ReduceKind, x: Tensor, axes: readonly number[], options: ReduceOptions): Tensor {
	// Sums of truths and bytes count in int32.
	const dtype = isFloating(x.dtype) || kind !== "sum" ? x.dtype : "int32";
	const out = options.into ?? allocate(x.executor, dtype, reducedShape(x.shape, axes, options.keepDims ?? false));
	x.executor.kernels.reduce(kind, identity, [x], out, axes);
	return out;
}

/** A reduced tensor stretched back over the axes it lost. */
export function stretch(reduced: Tensor, x: { readonly shape: Shape }, axes: readonly number[]): Tensor {
	return expand(reshape(reduced, reducedShape(x.shape, axes, true)), x.shape);
}

/** Σ x over the axes; 0 where an axis is empty. Truths and bytes are summed as int32. */
export function sum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	expectTensor(x, "sum");
	const list = normalizeAxes(axes, x.rank, "sum");
	const out = reduce("sum", x, list, options);
	return record(out, "sum", [x], (grad) => [stretch(grad, x, list)]);
}

/** Mean of x over the axes; NaN where an axis is empty. */
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	expectTensor(x, "mean");
	expectFloating(x, "mean");
	const list = normalizeAxes(axes, x.rank, "mean");
	const count = sizeOf(list.map((axis) => x.shape[axis]));
	return composed([x], () => div(sum(x, list, options), count));
}

/**
 * Largest value over the axes; NaN if there is one. Ties share the gradient evenly.
 *
 * @throws ArgumentError if a reduced axis is empty
 */
export function max(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	return extreme("max", x, axes, options);
}

/** Smallest value over the axes; NaN if there is one. Ties share the gradient evenly. */
export function min(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	return extreme("min", x, axes, options);
}

function extreme(kind: "max" | "min", x: Tensor, axes: Axes, options: ReduceOptions): Tensor {
	expectTensor(x, kind);
	const list = normalizeAxes(axes, x.rank, kind);
	if (list.some((axis) => x.shape[axis] === 0)) {
		throw new ArgumentError(
			`${kind}: shape ${formatShape(x.shape)} has no elements along axes ${formatShape(list)}, so there is no ${kind}.`,
		);
	}
	const out = reduce(kind, x, list, options);
	return record(out, kind, [x], (grad) => {
		const mask = applyFormula(isExtreme, [x, stretch(out, x, list)]);
		const share = div(grad, reshape(sum(mask, list), grad.shape));
		return [mul(mask, stretch(share, x, list))];
	});
}
