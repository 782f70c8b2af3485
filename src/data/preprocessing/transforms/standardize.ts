/** Numbers with mean 0 and standard deviation 1. */
import { deviationOf } from "../moments.ts";
import type { Transform } from "../transform.ts";
import { numericSummary, safeWidth, writeScaled } from "./scaling.ts";

/** State of `standardize`. */
export interface StandardizeState {
	readonly mean: number;
	/** > 0 */
	readonly deviation: number;
}

/** (x − mean) / deviation, with the deviation of the training cells themselves (divisor n). */
export const standardize: Transform<StandardizeState> = {
	name: "standardize",
	role: "scale",
	formula: "(x − mean) / deviation",
	fit: (summary) => {
		const numbers = numericSummary(summary);
		return { mean: numbers.moments.mean, deviation: safeWidth(numbers, deviationOf(numbers.moments)) };
	},
	featureNames: (_, column) => [column],
	apply: ({ mean, deviation }, column, into) => writeScaled({ center: mean, width: deviation }, column, into),
	read: (json) => {
		const { mean, deviation } = json.fields("mean", "deviation");
		return { mean: mean.number(), deviation: deviation.positive() };
	},
};
