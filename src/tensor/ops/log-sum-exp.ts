/** The logarithm of a sum of exponentials. */
import { normalizeAxes, reducedShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { noGrad, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { applyFormula, broadcastOperand, expectFloating } from "./elementwise.ts";
import { type Axes, max, type ReduceOptions, stretch } from "./reduce.ts";
import { fillWith } from "./row-major.ts";
import { reshape } from "./views.ts";

/** Where the maximum is infinite, x − max would be NaN; exponentials need no shift there. */
const shiftOf = formula("shift", (max) => call(s.select, call(s.isFinite, max), max, 0));
const shiftedExp = formula("shiftedExp", (x, shift) => call(s.exp, x.sub(shift)));
const backToLog = formula("backToLog", (sum, shift) => call(s.log, sum).add(shift));
/** softmax = e^(x − out); nothing where all of x is −∞. */
const gradient = formula("logSumExpGradient", (grad, x, out) =>
	call(s.select, call(s.eq, out, Number.NEGATIVE_INFINITY), 0, grad.mul(call(s.exp, x.sub(out)))),
);

/**
 * log Σ eˣ over the axes, with the maximum taken off before the exponentials so that none overflows; −∞ where there are no elements.
 *
 * @throws DTypeError if x holds no real numbers
 */
export function logSumExp(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
	expectTensor(x, "logSumExp");
	expectFloating(x, "logSumExp");
	const list = normalizeAxes(axes, x.rank, "logSumExp");
	const shape = reducedShape(x.shape, list, options.keepDims ?? false);
	if (list.some((axis) => x.shape[axis] === 0)) return fillWith(allocate(x.executor, x.dtype, shape), Number.NEGATIVE_INFINITY);
	const out = noGrad(() => {
		using largest = max(x, list, { keepDims: true });
		using shift = applyFormula(shiftOf, [largest]);
		using total = allocate(x.executor, x.dtype, shift.shape);
		x.executor.kernels.reduce("sum", shiftedExp, [x, broadcastOperand(shift, x.shape)], total, list);
		return reshape(applyFormula(backToLog, [total, shift]), shape);
	});
	return record(out, "logSumExp", [x], (grad) => [applyFormula(gradient, [stretch(grad, x, list), x, stretch(out, x, list)])]);
}
