/** Products over axes. */
import { isFloating } from "../../core/dtype.ts";
import { normalizeAxes, reducedShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { applyFormula } from "./elementwise.ts";
import { type Axes, type ReduceOptions, stretch } from "./reduce.ts";
import { countNonZero } from "./truth.ts";

const identity = formula("identity", (x) => x);
const oneForZero = formula("oneForZero", (x) => call(s.select, call(s.eq, x, 0), 1, x));
const isZero = formula("isZero", (x) => call(s.eq, x, 0));
/** The product of all the others: with two zeros nothing is left, with one only its own place counts. */
const gradient = formula("prodGradient", (grad, x, rest, zeros) => {
	const others = zeros.sub(call(s.toInteger, call(s.eq, x, 0)));
	return call(s.select, others.gt(0), 0, grad.mul(rest).div(call(s.select, call(s.eq, x, 0), 1, x)));
});

/**
 * Π x over the axes; 1 where an axis is empty. Truths and bytes are multiplied as int32.
 *
 * Each element's gradient is the product of the others, found by dividing by the element, and without division where it is 0.
 */
export function prod(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	expectTensor(x, "prod");
	const list = normalizeAxes(axes, x.rank, "prod");
	const dtype = isFloating(x.dtype) ? x.dtype : "int32";
	const out = allocate(x.executor, dtype, reducedShape(x.shape, list, options.keepDims ?? false));
	x.executor.kernels.reduce("prod", identity, [x], out, list);
	return record(out, "prod", [x], (grad) => {
		const rest = prod(applyFormula(oneForZero, [x]), list);
		const zeros = countNonZero(applyFormula(isZero, [x]), list);
		return [applyFormula(gradient, [stretch(grad, x, list), x, stretch(rest, x, list), stretch(zeros, x, list)])];
	});
}
