/** Trigonometric functions and their inverses, element by element, in radians. Integers give float32. */
import { call, type Formula, formula } from "../../kernels/formula.ts";
import type { Primitive } from "../../kernels/primitive.ts";
import * as s from "../../kernels/scalars/index.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, type TensorOrNumber } from "./elementwise.ts";

const of = (primitive: Primitive): Formula => formula(primitive.name, (a) => call(primitive, a));

const formulas = {
	sin: of(s.sin),
	cos: of(s.cos),
	tan: of(s.tan),
	asin: of(s.asin),
	acos: of(s.acos),
	atan: of(s.atan),
	atan2: formula("atan2", (a, b) => call(s.atan2, a, b)),
	sinh: of(s.sinh),
	cosh: of(s.cosh),
};

/** sin x */
export function sin(x: Tensor): Tensor {
	return applyFormula(formulas.sin, [x]);
}

/** cos x */
export function cos(x: Tensor): Tensor {
	return applyFormula(formulas.cos, [x]);
}

/** tan x */
export function tan(x: Tensor): Tensor {
	return applyFormula(formulas.tan, [x]);
}

/** arcsin x in [−π/2, π/2]; NaN where |x| > 1 */
export function asin(x: Tensor): Tensor {
	return applyFormula(formulas.asin, [x]);
}

/** arccos x in [0, π]; NaN where |x| > 1 */
export function acos(x: Tensor): Tensor {
	return applyFormula(formulas.acos, [x]);
}

/** arctan x in (−π/2, π/2) */
export function atan(x: Tensor): Tensor {
	return applyFormula(formulas.atan, [x]);
}

/** The angle of the point (x, y) in (−π, π], y given first as in C */
export function atan2(y: Tensor, x: TensorOrNumber): Tensor {
	return applyFormula(formulas.atan2, [y, x]);
}

/** sinh x */
export function sinh(x: Tensor): Tensor {
	return applyFormula(formulas.sinh, [x]);
}

/** cosh x */
export function cosh(x: Tensor): Tensor {
	return applyFormula(formulas.cosh, [x]);
}
