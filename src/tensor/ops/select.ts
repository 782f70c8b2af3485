/** Choosing between values: where, clip. */
import { ArgumentError } from "../../core/errors.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { expectTensor, Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const formulas = {
	// A number takes the type of the first tensor among the inputs, so that the condition comes last.
	where: formula("where", (x, y, condition) => call(s.select, condition, x, y)),
	whereNumberFirst: formula("where", (y, x, condition) => call(s.select, condition, x, y)),
	/** Choosing between truths gives a truth. */
	whereTruth: formula("where", (x, y, condition) => call(s.or, call(s.and, condition, x), call(s.and, call(s.not, condition), y))),
	// Comparisons instead of minimum and maximum: at a bound x gets the whole gradient, and NaN stays NaN.
	clip: formula("clip", (x, low, high) => {
		const raised = call(s.select, x.lt(low), low, x);
		return call(s.select, raised.gt(high), high, raised);
	}),
	clipLow: formula("clip", (x, low) => call(s.select, x.lt(low), low, x)),
	clipHigh: formula("clip", (x, high) => call(s.select, x.gt(high), high, x)),
};

/**
 * x where the condition holds, else y; all three broadcast. The side that is not chosen gets gradient 0, even if it is NaN there.
 *
 * @param condition - bool, or numbers of which all but 0 are true
 * @example
 * where(x.gt(0), x, x.mul(0.01));
 */
export function where(condition: Tensor, x: TensorOrNumber, y: TensorOrNumber): Tensor {
	expectTensor(condition, "where");
	if (isTruth(x) && isTruth(y)) return applyFormula(formulas.whereTruth, [x, y, condition]);
	if (x instanceof Tensor) return applyFormula(formulas.where, [x, y, condition]);
	return applyFormula(formulas.whereNumberFirst, [y, x, condition]);
}

function isTruth(x: TensorOrNumber): boolean {
	return x instanceof Tensor && x.dtype === "bool";
}

/**
 * x, but not below `low` nor above `high`; NaN stays NaN. The gradient passes where low ≤ x ≤ high.
 *
 * @param low - tensor or number; null (or −∞) for no lower bound
 * @param high - likewise; where low > high the result is high
 * @throws ArgumentError if two numbers are in the wrong order
 */
export function clip(x: Tensor, low: TensorOrNumber | null, high: TensorOrNumber | null = null): Tensor {
	const from = low === Number.NEGATIVE_INFINITY ? null : low;
	const to = high === Number.POSITIVE_INFINITY ? null : high;
	if (typeof from === "number" && typeof to === "number" && !(from <= to)) {
		throw new ArgumentError(`clip: expected low ≤ high, received low ${from} and high ${to}.`);
	}
	if (from !== null && to !== null) return applyFormula(formulas.clip, [x, from, to]);
	if (from !== null) return applyFormula(formulas.clipLow, [x, from]);
	if (to !== null) return applyFormula(formulas.clipHigh, [x, to]);
	throw new ArgumentError("clip: expected a lower or an upper bound, received neither.");
}
