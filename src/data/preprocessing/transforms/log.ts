/** Numbers of very different size, such as prices and counts. */
import { deviationOf } from "../moments.ts";
import type { Transform } from "../transform.ts";
import { numericSummary, safeWidth, writeScaled } from "./scaling.ts";

/** State of `log`: mean and standard deviation of sign(x) · log(1 + |x|). */
export interface LogState {
	readonly mean: number;
	/** > 0 */
	readonly deviation: number;
}

const signedLog = (x: number): number => Math.sign(x) * Math.log1p(Math.abs(x));

/** Standardised sign(x) · log(1 + |x|); defined for all numbers, and close to x itself near 0. */
export const log: Transform<LogState> = {
	name: "log",
	role: "scale",
	formula: "standardised sign(x) · log(1 + |x|)",
	view: signedLog,
	fit: (summary) => {
		const numbers = numericSummary(summary);
		const logs = { ...numbers, min: signedLog(numbers.min), max: signedLog(numbers.max) };
		return { mean: numbers.moments.mean, deviation: safeWidth(logs, deviationOf(numbers.moments)) };
	},
	featureNames: (_, column) => [column],
	apply: ({ mean, deviation }, column, into) => writeScaled({ center: mean, width: deviation, view: signedLog }, column, into),
	read: (json) => {
		const { mean, deviation } = json.fields("mean", "deviation");
		return { mean: mean.number(), deviation: deviation.positive() };
	},
};
