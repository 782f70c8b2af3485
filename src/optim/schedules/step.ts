/** A rate that falls in stairs of equal length. */
import { integerOption, positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `step`. */
export interface StepOptions {
	/** Steps between falls. */
	readonly every: number;
	/** What the rate is multiplied with. Default 0.1. */
	readonly gamma?: number;
}

/** lr · gamma^⌊t / every⌋. */
export const step = defineSchedule<StepOptions>({
	name: "step",
	formula: "lr · γ^⌊t / every⌋",
	source: "—",
	torch: "lr_scheduler.StepLR",
	aliases: ["stepDecay"],
	options: { every: integerOption("steps between falls", undefined, { min: 1 }), gamma: positive("what the rate is multiplied with", 0.1) },
	fromTraining: ({ totalSteps }) => ({ every: Math.max(1, Math.ceil(totalSteps / 3)) }),
	make: ({ every, gamma }) => ({ kind: "step", name: "step", at: (t, lr) => lr * gamma ** Math.floor(t / every) }),
});
