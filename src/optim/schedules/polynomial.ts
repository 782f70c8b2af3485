/** Polynomial decay to 0. */
import { integerOption, positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `polynomial`. */
export interface PolynomialOptions {
	/** Steps until the rate is 0. In a training: default all its steps. */
	readonly steps: number;
	/** Default 1: a straight line. */
	readonly power?: number;
}

/** lr · (1 − t / steps)^power, 0 after that. */
export const polynomial = defineSchedule<PolynomialOptions>({
	name: "polynomial",
	formula: "lr · (1 − t / steps)^power",
	source: "—",
	torch: "lr_scheduler.PolynomialLR",
	aliases: ["polynomialDecay"],
	options: {
		steps: integerOption("steps until the rate is 0", undefined, { min: 1 }),
		power: positive("exponent; 1 is a straight line", 1),
	},
	fromTraining: ({ totalSteps }) => ({ steps: totalSteps }),
	make: ({ steps, power }) => ({ kind: "step", name: "polynomial", at: (t, lr) => lr * Math.max(0, 1 - t / steps) ** power }),
});
