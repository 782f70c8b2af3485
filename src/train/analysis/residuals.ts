/** Residuals of one predicted number: what is left of it after prediction. */
import { momentsOf } from "../../core/moments.ts";
import type { Predictions } from "../metrics/metric.ts";

/** Predictions of one target. */
export interface Residuals {
	readonly predicted: Float64Array;
	readonly actual: Float64Array;
	/** predicted − actual */
	readonly errors: Float64Array;
	/** Mean error: what all predictions are off by together. */
	readonly bias: number;
	readonly deviation: number;
}

/** Residuals of the target at place `index`. */
export function residuals({ outputs, targets, rowCount, outputCount }: Predictions, index = 0): Residuals {
	const column = (values: ArrayLike<number>): Float64Array =>
		Float64Array.from({ length: rowCount }, (_, row) => values[row * outputCount + index]);
	const [predicted, actual] = [column(outputs), column(targets)];
	const errors = predicted.map((value, row) => value - actual[row]);
	const { mean, variance } = momentsOf(errors);
	return { predicted, actual, errors, bias: mean, deviation: Math.sqrt(variance) };
}
