/** Numbers by median and quartiles, which outliers do not move. */
import { deviationOf } from "../moments.ts";
import type { Transform } from "../transform.ts";
import { numericSummary, safeWidth, writeScaled } from "./scaling.ts";

/** State of `robust`. */
export interface RobustState {
	readonly median: number;
	/** Third quartile − first quartile; the standard deviation where the quartiles are equal. > 0 */
	readonly spread: number;
}

/** (x − median) / (third quartile − first quartile) */
export const robust: Transform<RobustState> = {
	name: "robust",
	role: "scale",
	formula: "(x − median) / (third quartile − first quartile)",
	fit: (summary) => {
		const numbers = numericSummary(summary);
		const spread = numbers.quantile(0.75) - numbers.quantile(0.25);
		return { median: numbers.quantile(0.5), spread: safeWidth(numbers, spread, deviationOf(numbers.moments)) };
	},
	featureNames: (_, column) => [column],
	apply: ({ median, spread }, column, into) => writeScaled({ center: median, width: spread }, column, into),
	read: (json) => {
		const { median, spread } = json.fields("median", "spread");
		return { median: median.number(), spread: spread.positive() };
	},
};
