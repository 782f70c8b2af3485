/** Exponential decay. */
import { positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `exponential`. */
export interface ExponentialOptions {
	/** What the rate is multiplied with at each step, > 0. In a training the default brings it to a hundredth at the end. */
	readonly gamma: number;
}

/** lr · γᵗ. */
export const exponential = defineSchedule<ExponentialOptions>({
	name: "exponential",
	formula: "lr · γᵗ",
	source: "—",
	torch: "lr_scheduler.ExponentialLR",
	aliases: ["exponentialDecay"],
	shorthand: "gamma",
	options: { gamma: positive("what the rate is multiplied with at each step") },
	fromTraining: ({ totalSteps }) => ({ gamma: 0.01 ** (1 / Math.max(1, totalSteps)) }),
	make: ({ gamma }) => ({ kind: "step", name: "exponential", at: (t, lr) => lr * gamma ** t }),
});
