/** Arithmetic, elementwise with broadcasting: `[3, 1]` and `[4]` give `[3, 4]`. Numbers stand for scalars. */
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const formulas = {
	add: formula("add", (a, b) => a.add(b)),
	sub: formula("sub", (a, b) => a.sub(b)),
	mul: formula("mul", (a, b) => a.mul(b)),
	div: formula("div", (a, b) => a.div(b)),
	neg: formula("neg", (a) => a.neg()),
	abs: formula("abs", (a) => call(s.abs, a)),
	sign: formula("sign", (a) => call(s.sign, a)),
	square: formula("square", (a) => a.square()),
	sqrt: formula("sqrt", (a) => call(s.sqrt, a)),
	minimum: formula("minimum", (a, b) => call(s.minimum, a, b)),
	maximum: formula("maximum", (a, b) => call(s.maximum, a, b)),
	relu: formula("relu", (a) => call(s.relu, a)),
};

/** x + y */
export function add(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.add, [x, y]);
}

/** x − y */
export function sub(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.sub, [x, y]);
}

/** x · y, element by element */
export function mul(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.mul, [x, y]);
}

/** x / y; float32 for integers too */
export function div(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.div, [x, y]);
}

/** −x */
export function neg(x: Tensor): Tensor {
	return applyFormula(formulas.neg, [x]);
}

/** |x|; derivative 0 at 0 */
export function abs(x: Tensor): Tensor {
	return applyFormula(formulas.abs, [x]);
}

/** −1, 0 or 1; flat, so its derivative is 0 */
export function sign(x: Tensor): Tensor {
	return applyFormula(formulas.sign, [x]);
}

/** x² */
export function square(x: Tensor): Tensor {
	return applyFormula(formulas.square, [x]);
}

/** √x; NaN below 0 */
export function sqrt(x: Tensor): Tensor {
	return applyFormula(formulas.sqrt, [x]);
}

/** The smaller of x and y; NaN if either is NaN. Ties share the gradient. */
export function minimum(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.minimum, [x, y]);
}

/** The larger of x and y; NaN if either is NaN. Ties share the gradient. */
export function maximum(x: Tensor, y: TensorOrNumber): Tensor {
	return applyFormula(formulas.maximum, [x, y]);
}

/** max(x, 0), the rectifier; derivative 0 at 0 (Nair & Hinton 2010) */
export function relu(x: Tensor): Tensor {
	return applyFormula(formulas.relu, [x]);
}
