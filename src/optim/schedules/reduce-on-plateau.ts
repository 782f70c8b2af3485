/** A rate that falls when a measured value no longer improves. */
import { ArgumentError } from "../../core/errors.ts";
import { atLeastZero, choiceOption, integerOption, numberOption } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
	/** What the rate is multiplied with, 0 < factor < 1. Default 0.1. */
	readonly factor?: number;
	/** Values without improvement that are borne. Default 10. */
	readonly patience?: number;
	/** Whether less or more is better. Default "min". */
	readonly goal?: "min" | "max";
	/** What counts as improvement. Default 1e-4. */
	readonly threshold?: number;
	/** Whether the threshold is a share of the best value or a difference. Default "relative". */
	readonly thresholdMode?: "relative" | "absolute";
	/** Values after a fall in which nothing is counted. Default 0. */
	readonly cooldown?: number;
	/** The least rate. Default 0. */
	readonly minLr?: number;
}

/** Falls smaller than this are not made. */
const LEAST_CHANGE = 1e-8;

/** lr · factor^(times that `patience` values in a row brought no improvement); a function of all values so far. */
export const reduceOnPlateau = defineSchedule<ReduceOnPlateauOptions>({
	name: "reduceOnPlateau",
	formula: "lr · factor^(plateaus so far)",
	source: "—",
	torch: "lr_scheduler.ReduceLROnPlateau",
	aliases: ["plateau"],
	options: {
		factor: numberOption("what the rate is multiplied with", 0.1, { above: 0, below: 1 }),
		patience: integerOption("values without improvement that are borne", 10, { min: 0 }),
		goal: choiceOption("whether less or more is better", ["min", "max"], "min"),
		threshold: atLeastZero("what counts as improvement", 1e-4),
		thresholdMode: choiceOption("whether the threshold is a share of the best value or a difference", ["relative", "absolute"], "relative"),
		cooldown: integerOption("values after a fall in which nothing is counted", 0, { min: 0 }),
		minLr: atLeastZero("the least rate", 0),
	},
	make({ factor, patience, goal, threshold, thresholdMode, cooldown, minLr }) {
		const sign = goal === "min" ? 1 : -1;
		const improves = (value: number, best: number): boolean => {
			// PyTorch's relative rule: best · (1 ∓ threshold), whatever the sign of the best value.
			const margin = thresholdMode === "absolute" ? threshold : threshold * best;
			return sign * value < sign * (best - sign * margin);
		};
		return {
			kind: "metric",
			name: "reduceOnPlateau",
			at(values, lr) {
				if (!Array.isArray(values)) throw new ArgumentError("reduceOnPlateau: expected the values so far, a list.");
				let [rate, best, badCount, waitCount] = [lr, sign * Number.POSITIVE_INFINITY, 0, 0];
				for (const value of values) {
					if (!Number.isFinite(best) || improves(value, best)) [best, badCount] = [value, 0];
					else badCount++;
					if (waitCount > 0) [waitCount, badCount] = [waitCount - 1, 0];
					if (badCount <= patience) continue;
					const next = Math.max(rate * factor, minLr);
					if (rate - next > LEAST_CHANGE) rate = next;
					[waitCount, badCount] = [cooldown, 0];
				}
				return rate;
			},
		};
	},
});
