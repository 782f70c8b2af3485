/** Decay with the inverse of time. */
import { atLeastZero } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `inverseTime`. */
export interface InverseTimeOptions {
	/** κ: after 1 / κ steps the rate is half. In a training the default ends at a tenth of the rate. */
	readonly decay: number;
}

/** lr / (1 + κ t). */
export const inverseTime = defineSchedule<InverseTimeOptions>({
	name: "inverseTime",
	formula: "lr / (1 + κ t)",
	source: "Robbins & Monro 1951",
	torch: null,
	aliases: ["inverseTimeDecay"],
	shorthand: "decay",
	options: { decay: atLeastZero("κ: after 1 / κ steps the rate is half") },
	fromTraining: ({ totalSteps }) => ({ decay: 9 / Math.max(1, totalSteps) }),
	make: ({ decay }) => ({ kind: "step", name: "inverseTime", at: (t, lr) => lr / (1 + decay * t) }),
});
