/** A rise at the start. */
import { integerOption, numberOption } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `linearWarmup`. */
export interface LinearWarmupOptions {
	/** Steps until the full rate. In a training: default a twentieth of its steps. */
	readonly steps: number;
	/** Factor of the rate at step 0, 0 to 1. Default ⅓, as in PyTorch. */
	readonly from?: number;
	/** Factor from `steps` on. Default 1. */
	readonly to?: number;
}

/** lr · (from + (to − from) · min(1, t / steps)). */
export const linearWarmup = defineSchedule<LinearWarmupOptions>({
	name: "linearWarmup",
	formula: "lr · (from + (to − from) · min(1, t / steps))",
	source: "Goyal et al. 2017, arXiv:1706.02677",
	torch: "lr_scheduler.LinearLR",
	aliases: ["warmup"],
	shorthand: "steps",
	options: {
		steps: integerOption("steps until the full rate", undefined, { min: 1 }),
		from: numberOption("factor of the rate at step 0", 1 / 3, { min: 0, max: 1 }),
		to: numberOption("factor from then on", 1, { min: 0 }),
	},
	fromTraining: ({ totalSteps }) => ({ steps: Math.max(1, Math.round(totalSteps / 20)) }),
	make: ({ steps, from, to }) => ({
		kind: "step",
		name: "linearWarmup",
		at: (t, lr) => lr * (from + (to - from) * Math.min(1, t / steps)),
	}),
});
