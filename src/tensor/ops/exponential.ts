/** Exponentials, logarithms and the sigmoid family, element by element. Integers give float32. */
import { call, type Formula, formula } from "../../kernels/formula.ts";
import type { Primitive } from "../../kernels/primitive.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula } from "./elementwise.ts";

const of = (primitive: Primitive): Formula => formula(primitive.name, (a) => call(primitive, a));

const formulas = {
	exp: of(s.exp),
	exp2: of(s.exp2),
	expm1: of(s.expm1),
	log: of(s.log),
	log2: of(s.log2),
	log10: of(s.log10),
	log1p: of(s.log1p),
	sigmoid: of(s.sigmoid),
	softplus: of(s.softplus),
	tanh: of(s.tanh),
	erf: of(s.erf),
};

/** eˣ */
export function exp(x: Tensor): Tensor {
	return applyFormula(formulas.exp, [x]);
}

/** 2ˣ */
export function exp2(x: Tensor): Tensor {
	return applyFormula(formulas.exp2, [x]);
}

/** eˣ − 1, exact near 0 */
export function expm1(x: Tensor): Tensor {
	return applyFormula(formulas.expm1, [x]);
}

/** log x, the natural logarithm; −∞ at 0, NaN below */
export function log(x: Tensor): Tensor {
	return applyFormula(formulas.log, [x]);
}

/** log₂ x */
export function log2(x: Tensor): Tensor {
	return applyFormula(formulas.log2, [x]);
}

/** log₁₀ x */
export function log10(x: Tensor): Tensor {
	return applyFormula(formulas.log10, [x]);
}

/** log(1 + x), exact near 0 */
export function log1p(x: Tensor): Tensor {
	return applyFormula(formulas.log1p, [x]);
}

/** 1 / (1 + e⁻ˣ), the logistic function */
export function sigmoid(x: Tensor): Tensor {
	return applyFormula(formulas.sigmoid, [x]);
}

/** log(1 + eˣ), a smooth rectifier; neither overflows nor loses small values */
export function softplus(x: Tensor): Tensor {
	return applyFormula(formulas.softplus, [x]);
}

/** tanh x */
export function tanh(x: Tensor): Tensor {
	return applyFormula(formulas.tanh, [x]);
}

/** erf x = 2/√π ∫₀ˣ e^(−t²) dt, the error function */
export function erf(x: Tensor): Tensor {
	return applyFormula(formulas.erf, [x]);
}
