/** Comparisons and logic: results are bool and have no derivative. Numbers stand for scalars; shapes broadcast. */
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const formulas = {
	eq: formula("eq", (a, b) => call(s.eq, a, b)),
	ne: formula("ne", (a, b) => call(s.ne, a, b)),
	lt: formula("lt", (a, b) => call(s.lt, a, b)),
	le: formula("le", (a, b) => call(s.le, a, b)),
	gt: formula("gt", (a, b) => call(s.gt, a, b)),
	ge: formula("ge", (a, b) => call(s.ge, a, b)),
	logicalAnd: formula("logicalAnd", (a, b) => call(s.and, a, b)),
	logicalOr: formula("logicalOr", (a, b) => call(s.or, a, b)),
	logicalNot: formula("logicalNot", (a) => call(s.not, a)),
	isNaN: formula("isNaN", (a) => call(s.isNaN, a)),
	isFinite: formula("isFinite", (a) => call(s.isFinite, a)),
};

/** x = y; false where either is NaN */
export function eq(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.eq, [x, y]);
}

/** x ≠ y; true where either is NaN */
export function ne(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.ne, [x, y]);
}

/** x < y */
export function lt(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.lt, [x, y]);
}

/** x ≤ y */
export function le(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.le, [x, y]);
}

/** x > y */
export function gt(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.gt, [x, y]);
}

/** x ≥ y */
export function ge(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.ge, [x, y]);
}

/** x and y; numbers other than 0, NaN among them, are true */
export function logicalAnd(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.logicalAnd, [x, y]);
}

/** x or y; numbers other than 0, NaN among them, are true */
export function logicalOr(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.logicalOr, [x, y]);
}

/** not x; true where x is 0 */
export function logicalNot(x: Tensor): Tensor {
	return applyFormula(formulas.logicalNot, [x]);
}

/** Whether x is NaN */
function notANumber(x: Tensor): Tensor {
	return applyFormula(formulas.isNaN, [x]);
}

/** Whether x is neither NaN nor infinite */
function finite(x: Tensor): Tensor {
	return applyFormula(formulas.isFinite, [x]);
}

export { finite as isFinite, notANumber as isNaN };
