/** Calibration: whether answers given with 80 % are right in 80 % of the cases. */
import { classCountOf, decisions } from "../metrics/checks.ts";
import type { Predictions } from "../metrics/metric.ts";

/** Examples whose highest probability lies in one interval. */
export interface CalibrationBin {
	readonly low: number;
	readonly high: number;
	readonly count: number;
	/** Mean of the highest probabilities; NaN in an empty bin. */
	readonly confidence: number;
	/** Share of right answers; NaN in an empty bin. */
	readonly accuracy: number;
}

/** What `calibration` finds. */
export interface Calibration {
	/** Of equal width from 0 to 1; an example on an edge belongs to the lower one. */
	readonly bins: readonly CalibrationBin[];
	/** Σ_b (n_b / n) · |accuracy_b − confidence_b| */
	readonly expectedError: number;
}

/**
 * Reliability diagram and expected calibration error of class probabilities.
 *
 * @param binCount - Default 10
 * @see Guo et al. 2017, arXiv:1706.04599
 */
export function calibration(given: Predictions, binCount = 10): Calibration {
	const bins = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, right: 0 }));
	decisions(given).forEach((decided, row) => {
		const confidence = confidenceOf(given, row, decided);
		const bin = bins[Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))];
		bin.count++;
		bin.confidence += confidence;
		if (decided === given.targets[row]) bin.right++;
	});
	let expectedError = 0;
	for (const { confidence, right } of bins) expectedError += Math.abs(right - confidence) / Math.max(1, given.rowCount);
	return {
		bins: bins.map(({ count, confidence, right }, i) => ({
			...{ low: i / binCount, high: (i + 1) / binCount, count },
			...{ confidence: confidence / count, accuracy: right / count },
		})),
		expectedError,
	};
}

/** Probability of the class that was decided for. */
export function confidenceOf({ outputs, outputCount }: Predictions, row: number, decided: number): number {
	if (outputCount === 1) return decided === 1 ? outputs[row] : 1 - outputs[row];
	return outputs[row * outputCount + decided];
}

/** How far probabilities in float32 may add up to something else than 1: rounding of sums over some thousand classes. */
const SUM_TOLERANCE = 1e-3;

/** Whether the outputs are probabilities of classes, as softmax gives, and not scores such as those of hinge losses. */
export function areProbabilities(given: Predictions): boolean {
	const { outputs, rowCount, outputCount } = given;
	for (let row = 0; row < rowCount; row++) {
		let sum = classCountOf(given) === outputCount ? 0 : 1 - outputs[row];
		for (let i = row * outputCount; i < (row + 1) * outputCount; i++) {
			if (!(outputs[i] >= 0 && outputs[i] <= 1 + SUM_TOLERANCE)) return false;
			sum += outputs[i];
		}
		if (Math.abs(sum - 1) > SUM_TOLERANCE) return false;
	}
	return true;
}
