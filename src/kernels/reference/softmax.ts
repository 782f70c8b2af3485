/** Softmax over the last axis, cross-entropy from logits, and their derivatives. */
import type { Kernels, Operand } from "../contracts.ts";
import { contiguousElements, elementsOf, positionsOf } from "./view.ts";

/** Log-softmax of one row in float64. The maximum is taken off first, so that no exponential overflows. */
function logSoftmaxOf(row: readonly number[]): number[] {
	const max = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value - max), 0));
	return row.map((value) => value - max - logSum);
}

/** Calls `visit` with the flat position at which each row of the last axis begins. */
function forEachRow(x: Operand, visit: (start: number, length: number) => void): void {
	const length = x.shape[x.shape.length - 1];
	for (let start = 0; start < x.size; start += length) visit(start, length);
}

/** See {@link Kernels.softmax}. */
export const softmax: Kernels["softmax"] = (x, out, { log }) => {
	const [source, target] = [x, out].map(contiguousElements);
	forEachRow(x, (start, length) => {
		const logs = logSoftmaxOf(Array.from(source.subarray(start, start + length)));
		target.set(log ? logs : logs.map(Math.exp), start);
	});
};

/** See {@link Kernels.softmaxGrad}: y · (g − Σ g y), or g − eʸ · Σ g for the logarithm. */
export const softmaxGrad: Kernels["softmaxGrad"] = (y, gradOut, gradX, { log }) => {
	const [results, grads, target] = [y, gradOut, gradX].map(contiguousElements);
	forEachRow(y, (start, length) => {
		let sum = 0;
		for (let i = start; i < start + length; i++) sum += log ? grads[i] : grads[i] * results[i];
		for (let i = start; i < start + length; i++) {
			target[i] = log ? grads[i] - Math.exp(results[i]) * sum : results[i] * (grads[i] - sum);
		}
	});
};

/** See {@link Kernels.crossEntropy}. */
export const crossEntropy: Kernels["crossEntropy"] = (logits, target, losses, probabilities, options) => {
	const { smoothing, ignoreIndex } = options;
	const [source, targets, out, probs] = [logits, target, losses, probabilities].map(contiguousElements);
	const [rows, classes] = logits.shape;
	for (let i = 0; i < rows; i++) {
		const logs = logSoftmaxOf(Array.from(source.subarray(i * classes, (i + 1) * classes)));
		probs.set(logs.map(Math.exp), i * classes);
		const sum = logs.reduce((total, value) => total + value, 0);
		// Without smoothing the sum must not take part: an impossible class makes it −∞, and 0 · ∞ is NaN.
		const spread = smoothing === 0 ? 0 : (smoothing / classes) * sum;
		out[i] = targets[i] === ignoreIndex ? 0 : -((1 - smoothing) * logs[targets[i]] + spread);
	}
};

/** See {@link Kernels.crossEntropyGrad}. */
export const crossEntropyGrad: Kernels["crossEntropyGrad"] = (probabilities, target, gradLosses, gradLogits, options) => {
	const { smoothing, ignoreIndex } = options;
	const [probs, targets, out] = [probabilities, target, gradLogits].map(contiguousElements);
	const grads = elementsOf(gradLosses);
	const at = positionsOf(gradLosses);
	const [rows, classes] = probabilities.shape;
	for (let i = 0; i < rows; i++) {
		for (let c = 0; c < classes; c++) {
			const wanted = (c === targets[i] ? 1 - smoothing : 0) + smoothing / classes;
			out[i * classes + c] = targets[i] === ignoreIndex ? 0 : (probs[i * classes + c] - wanted) * grads[at[i]];
		}
	}
};
