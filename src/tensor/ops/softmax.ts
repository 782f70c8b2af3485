/** Softmax and its logarithm. */
import { normalizeAxis } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { context } from "../context.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { applyFormula, expectFloating } from "./elementwise.ts";
import { sum } from "./reduce.ts";
import { toContiguous, transpose } from "./views.ts";

/** grad − e^y · Σ grad: the derivative of log-softmax from its result. */
const logSoftmaxGradient = formula("logSoftmaxGradient", (grad, y, total) => grad.sub(call(s.exp, y).mul(total)));

/** exp(x − max x) / Σ exp(x − max x) along `axis`: positive, with sum 1. A slice with NaN becomes NaN. */
export function softmax(x: Tensor, axis = -1): Tensor {
	return alongLast(x, axis, "softmax", false);
}

/** log softmax(x) along `axis`, finite where softmax itself would round to 0. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
	return alongLast(x, axis, "logSoftmax", true);
}

function alongLast(x: Tensor, axis: number, name: string, log: boolean): Tensor {
	expectTensor(x, name);
	expectFloating(x, name);
	const at = normalizeAxis(axis, x.rank, name);
	if (at === x.rank - 1 && x.contiguous) return overLast(x, name, log);
	return composed([x], () => transpose(overLast(toContiguous(transpose(x, at, -1)), name, log), at, -1));
}

function overLast(x: Tensor, name: string, log: boolean): Tensor {
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.softmax(x, out, { log });
	if (!isRecorded([x])) return out;
	return record(out, name, [x], (grad, request) => {
		if (context.recording) return [composedGradient(out, grad, log)];
		const grads = toContiguous(grad);
		const gradX = request.into(0) ?? allocate(x.executor, x.dtype, x.shape);
		x.executor.kernels.softmaxGrad(out, grads, gradX, { log });
		return [gradX];
	});
}

/** The same in operations that are recorded themselves. */
function composedGradient(y: Tensor, grad: Tensor, log: boolean): Tensor {
	if (log) return applyFormula(logSoftmaxGradient, [grad, y, sum(grad, -1, { keepDims: true })]);
	return mul(y, sub(grad, sum(mul(grad, y), -1, { keepDims: true })));
}
