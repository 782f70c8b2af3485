/** Questions about many truths at once: any, all, countNonZero. Numbers other than 0, NaN among them, are true. */
import type { DType } from "../../core/dtype.ts";
import { normalizeAxes, reducedShape } from "../../core/shape.ts";
import type { ReduceKind } from "../../kernels/contracts.ts";
import { call, type Formula, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import type { Axes } from "./reduce.ts";
import { fillWith } from "./row-major.ts";

const isTrue = formula("isTrue", (x) => call(s.isTrue, x));
const countTrue = formula("countTrue", (x) => call(s.toInteger, call(s.isTrue, x)));

/** Options of `any`, `all` and `countNonZero`. */
export interface TruthOptions {
	/** Keep reduced axes with length 1. Default false. */
	readonly keepDims?: boolean;
}

/** Whether one of the elements over the axes is true; false where there are none. bool. */
export function any(x: Tensor, axes?: Axes, options: TruthOptions = {}): Tensor {
	return reduceTruths(x, axes, { ...options, name: "any", kind: "max", of: isTrue, dtype: "bool", ofNothing: 0 });
}

/** Whether all elements over the axes are true; true where there are none. bool. */
export function all(x: Tensor, axes?: Axes, options: TruthOptions = {}): Tensor {
	return reduceTruths(x, axes, { ...options, name: "all", kind: "min", of: isTrue, dtype: "bool", ofNothing: 1 });
}

/** How many elements over the axes are not 0. int32. */
export function countNonZero(x: Tensor, axes?: Axes, options: TruthOptions = {}): Tensor {
	return reduceTruths(x, axes, { ...options, name: "countNonZero", kind: "sum", of: countTrue, dtype: "int32", ofNothing: 0 });
}

interface TruthReduction extends TruthOptions {
	readonly name: string;
	readonly kind: ReduceKind;
	readonly of: Formula;
	readonly dtype: DType;
	/** The result where an axis is empty. */
	readonly ofNothing: number;
}

function reduceTruths(x: Tensor, axes: Axes, reduction: TruthReduction): Tensor {
	const { name, kind, of, dtype, ofNothing, keepDims = false } = reduction;
	expectTensor(x, name);
	const list = normalizeAxes(axes, x.rank, name);
	const out = allocate(x.executor, dtype, reducedShape(x.shape, list, keepDims));
	if (x.size === 0) return fillWith(out, ofNothing);
	x.executor.kernels.reduce(kind, of, [x], out, list);
	return out;
}
