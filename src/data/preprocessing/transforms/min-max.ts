/** Numbers from 0 to 1. */
import type { Transform } from "../transform.ts";
import { numericSummary, safeWidth, writeScaled } from "./scaling.ts";

/** State of `minMax`. */
export interface MinMaxState {
	readonly min: number;
	/** max − min, > 0 */
	readonly range: number;
}

/** (x − min) / (max − min); what lies outside the training range falls outside 0 … 1. */
export const minMax: Transform<MinMaxState> = {
	name: "minMax",
	role: "scale",
	formula: "(x − min) / (max − min)",
	fit: (summary) => {
		const numbers = numericSummary(summary);
		// JSON knows no −0; + 0 makes it 0.
		return { min: numbers.min + 0, range: safeWidth(numbers) };
	},
	featureNames: (_, column) => [column],
	apply: ({ min, range }, column, into) => writeScaled({ center: min, width: range }, column, into),
	read: (json) => {
		const { min, range } = json.fields("min", "range");
		return { min: min.number(), range: range.positive() };
	},
};
