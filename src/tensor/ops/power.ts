/** Powers, element by element. Integers give float32. */
import { call, type Formula, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const formulas = {
	pow: formula("pow", (a, b) => call(s.pow, a, b)),
	rsqrt: formula("rsqrt", (a) => call(s.rsqrt, a)),
	reciprocal: formula("reciprocal", (a) => call(s.reciprocal, a)),
};

/** Exponents whose powers need no logarithm; products instead are some twenty times cheaper and exact to a few roundings. */
const cheap: ReadonlyMap<number, Formula> = new Map([
	[-2, formula("pow−2", (a) => call(s.reciprocal, a.square()))],
	[-1, formulas.reciprocal],
	[-0.5, formulas.rsqrt],
	[0.5, formula("sqrt", (a) => call(s.sqrt, a))],
	[1, formula("pow1", (a) => call(s.toReal, a))],
	[2, formula("pow2", (a) => call(s.toReal, a).square())],
	[3, formula("pow3", (a) => call(s.toReal, a).square().mul(a))],
	[4, formula("pow4", (a) => call(s.toReal, a).square().square())],
]);

/**
 * xʸ, a real number; NaN for a negative base with a broken exponent, 1 for exponent 0.
 *
 * @param y - tensor or number; the numbers −2, −1, −½, ½, 1, 2, 3, 4 are computed by products and roots
 */
export function pow(x: Tensor, y: TensorOrNumber): Tensor {
	const short = typeof y === "number" ? cheap.get(y) : undefined;
	return short === undefined ? applyFormula(formulas.pow, [x, y]) : applyFormula(short, [x]);
}

/** 1 / √x; ∞ at 0, NaN below */
export function rsqrt(x: Tensor): Tensor {
	return applyFormula(formulas.rsqrt, [x]);
}

/** 1 / x */
export function reciprocal(x: Tensor): Tensor {
	return applyFormula(formulas.reciprocal, [x]);
}
