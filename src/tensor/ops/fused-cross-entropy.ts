/** Cross-entropy of rows of logits against class indices by the kernels made for it: two forward, two back. */
import { call, constant, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { context } from "../context.ts";
import { constantTensor, range } from "../create.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { type ClassTargets, meanDivisor } from "./class-targets.ts";
import { applyFormula, broadcastOperand } from "./elementwise.ts";
import { softmax } from "./softmax.ts";
import type { Reduction } from "./sum-formula.ts";
import { expand, reshape, toContiguous } from "./views.ts";

const quotient = formula("quotient", (x, divisor) => x.div(divisor));

/** (p − t) · grad with the smoothed target t, 0 where the label is ignored. */
const logitGradient = formula("crossEntropyGradient", (p, grad, label, index, smoothing, classes, ignored) => {
	const own = call(s.select, call(s.eq, label, index), constant(1).sub(smoothing), 0);
	return call(s.select, call(s.eq, label, ignored), 0, p.sub(own.add(smoothing.div(classes))).mul(grad));
});

/**
 * Losses of rows `[rows, classes]`, contiguous, without class weights.
 *
 * @returns a scalar, or `[rows]` with reduction "none"
 */
export function fusedCrossEntropy(rows: Tensor, targets: ClassTargets, reduction: Reduction): Tensor {
	const { executor, dtype } = rows;
	const { labels } = targets;
	const options = { smoothing: targets.smoothing, ignoreIndex: targets.ignoreIndex };
	const losses = allocate(executor, dtype, labels.shape);
	const probabilities = allocate(executor, dtype, rows.shape);
	executor.kernels.crossEntropy(rows, labels, losses, probabilities, options);
	const divisor = reduction === "mean" ? meanDivisor(targets, rows) : constantTensor(executor, dtype, 1);
	const out = reduction === "none" ? losses : total(losses, divisor);
	if (!isRecorded([rows])) {
		probabilities.dispose();
	} else {
		record(
			out,
			"crossEntropy",
			[rows],
			(grad, request) => {
				const share = reduction === "mean" ? div(grad, divisor) : grad;
				const each = reduction === "none" ? share : expand(reshape(share, [1]), labels.shape);
				if (context.recording) return [composedGradient(rows, targets, each)];
				const gradLosses = each.strides[0] === 0 || each.strides[0] === 1 ? each : toContiguous(each);
				const gradLogits = request.into(0) ?? allocate(executor, dtype, rows.shape);
				executor.kernels.crossEntropyGrad(probabilities, labels, gradLosses, gradLogits, options);
				return [gradLogits];
			},
			[probabilities],
		);
	}
	// A mean of no rows is NaN, as everywhere.
	return reduction === "mean" && labels.size === 0 ? mul(out, Number.NaN) : out;
}

function total(losses: Tensor, divisor: Tensor): Tensor {
	const { executor, dtype } = losses;
	const out = allocate(executor, dtype, []);
	executor.kernels.reduce("sum", quotient, [losses, broadcastOperand(divisor, losses.shape)], out, [0]);
	losses.dispose();
	return out;
}

/** The same in operations that are recorded themselves. */
function composedGradient(rows: Tensor, targets: ClassTargets, each: Tensor): Tensor {
	const { labels, classes, smoothing, ignoreIndex } = targets;
	const column = [labels.size, 1];
	const indices = range(0, classes, { executor: rows.executor });
	return applyFormula(logitGradient, [
		softmax(rows),
		reshape(each, column),
		reshape(labels, column),
		indices,
		smoothing,
		classes,
		ignoreIndex,
	]);
}
