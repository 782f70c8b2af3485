/** The logarithm of a sum of exponentials. */
import { normalizeAxes, reducedShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { scope } from "../scope.ts";
import { isRecorded, noGrad, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { applyFormula, broadcastOperand, expectFloating } from "./elementwise.ts";
import { type Axes, max, type ReduceOptions, sum } from "./reduce.ts";
import { fillWith } from "./row-major.ts";
import { reshape } from "./views.ts";

/** Where the maximum is infinite, x − max would be NaN; exponentials need no shift there. */
const shiftOf = formula("shift", (max) => call(s.select, call(s.isFinite, max), max, 0));
const shiftedExp = formula("shiftedExp", (x, shift) => call(s.exp, x.sub(shift)));
const backToLog = formula("backToLog", (sum, shift) => call(s.log, sum).add(shift));
/** Nothing arrives where all of x is −∞. */
const share = formula("share", (grad, total) => call(s.select, call(s.eq, total, 0), 0, grad.div(total)));

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
	const [out, shift] = noGrad(() =>
		scope(() => {
			const unit = applyFormula(shiftOf, [max(x, list, { keepDims: true })]);
			const total = allocate(x.executor, x.dtype, unit.shape);
			x.executor.kernels.reduce("sum", shiftedExp, [x, broadcastOperand(unit, x.shape)], total, list);
			return [reshape(applyFormula(backToLog, [total, unit]), shape), unit];
		}),
	);
	if (!isRecorded([x])) {
		shift.dispose();
		return out;
	}
	// The softmax from shifted exponentials: e^(x − out) would carry the rounding of a large `out`.
	const backward = (grad: Tensor): Tensor[] => {
		const powers = applyFormula(shiftedExp, [x, shift]);
		const arriving = reshape(grad, shift.shape);
		return [mul(powers, applyFormula(share, [arriving, sum(powers, list, { keepDims: true })]))];
	};
	return record(out, "logSumExp", [x], backward, [shift]);
}
