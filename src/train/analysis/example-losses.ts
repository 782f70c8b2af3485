/** Losses example by example, and the examples with the greatest. */
import { momentsOf } from "../../core/moments.ts";
import type { Predictions } from "../metrics/metric.ts";
import { areProbabilities } from "./calibration.ts";

/** Smallest probability that is counted, that of float32, so that losses stay finite. */
const LEAST_PROBABILITY = 1.1920929e-7;

/**
 * How wrong each example is, ≥ 0 but for scores: −log p(true class) of probabilities, in nats; of scores, by how much another class is
 * ahead.
 */
export function classLosses(given: Predictions): Float64Array {
	const { outputs, targets, rowCount, outputCount } = given;
	const loss = areProbabilities(given) ? logLossOf : marginOf;
	return Float64Array.from({ length: rowCount }, (_, row) =>
		outputCount === 1
			? -Math.log(Math.max(Math.abs(1 - targets[row] - outputs[row]), LEAST_PROBABILITY))
			: loss(outputs, row * outputCount, outputCount, targets[row]),
	);
}

function logLossOf(outputs: Float32Array, start: number, _: number, target: number): number {
	return -Math.log(Math.min(1, Math.max(outputs[start + target], LEAST_PROBABILITY)));
}

function marginOf(outputs: Float32Array, start: number, count: number, target: number): number {
	let ahead = Number.NEGATIVE_INFINITY;
	for (let k = 0; k < count; k++) if (k !== target) ahead = Math.max(ahead, outputs[start + k]);
	return ahead - outputs[start + target];
}

/** Σ_k ((y_k − t_k) / deviation of t_k)² of each example, so that targets of different units count alike. */
export function valueLosses({ outputs, targets, rowCount, outputCount }: Predictions): Float64Array {
	const losses = new Float64Array(rowCount);
	for (let k = 0; k < outputCount; k++) {
		const { variance } = momentsOf(Float64Array.from({ length: rowCount }, (_, row) => targets[row * outputCount + k]));
		for (let row = 0; row < rowCount; row++) {
			const at = row * outputCount + k;
			losses[row] += (outputs[at] - targets[at]) ** 2 / (variance > 0 ? variance : 1);
		}
	}
	return losses;
}

/** Numbers of the `count` examples with the greatest losses, greatest first; of equal ones the earlier. NaN counts as greatest. */
export function worstExamples(losses: ArrayLike<number>, count: number): number[] {
	const key = (i: number): number => (Number.isNaN(losses[i]) ? Number.POSITIVE_INFINITY : losses[i]);
	// The comparison is not a difference: ∞ − ∞ is no number.
	return Array.from({ length: losses.length }, (_, i) => i)
		.sort((a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? 1 : -1))
		.slice(0, count);
}
