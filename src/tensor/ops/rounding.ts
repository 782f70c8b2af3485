/** Rounding and remainders, element by element. Integers stay integers. */
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const formulas = {
	floor: formula("floor", (a) => call(s.floor, a)),
	ceil: formula("ceil", (a) => call(s.ceil, a)),
	round: formula("round", (a) => call(s.round, a)),
	trunc: formula("trunc", (a) => call(s.trunc, a)),
	remainder: formula("remainder", (a, b) => call(s.mod, a, b)),
};

/** ⌊x⌋; flat, so its derivative is 0 */
export function floor(x: Tensor): Tensor {
	return applyFormula(formulas.floor, [x]);
}

/** ⌈x⌉; flat, so its derivative is 0 */
export function ceil(x: Tensor): Tensor {
	return applyFormula(formulas.ceil, [x]);
}

/** The nearest whole number, halves to the even one; flat, so its derivative is 0 */
export function round(x: Tensor): Tensor {
	return applyFormula(formulas.round, [x]);
}

/** x without its fraction; flat, so its derivative is 0 */
export function trunc(x: Tensor): Tensor {
	return applyFormula(formulas.trunc, [x]);
}

/** x − ⌊x / y⌋ · y, with the sign of y as in Python; for floating numbers NaN where y is 0 */
export function remainder(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.remainder, [x, y]);
}
