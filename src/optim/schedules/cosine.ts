/** Cosine annealing. */
import { atLeastZero, integerOption } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `cosine`. */
export interface CosineOptions {
	/** Steps from the full rate to the least; it then rises again, as PyTorch's does. In a training: default all its steps. */
	readonly steps: number;
	/** The least rate, ≥ 0. Default 0. */
	readonly minLr?: number;
}

/** minLr + ½ (lr − minLr) (1 + cos(π t / steps)). */
export const cosine = defineSchedule<CosineOptions>({
	name: "cosine",
	formula: "minLr + ½ (lr − minLr) (1 + cos(π t / steps))",
	source: "Loshchilov & Hutter 2017, arXiv:1608.03983",
	torch: "lr_scheduler.CosineAnnealingLR",
	aliases: ["cosineAnnealing"],
	options: {
		steps: integerOption("steps from the full rate to the least", undefined, { min: 1 }),
		minLr: atLeastZero("the least rate", 0),
	},
	fromTraining: ({ totalSteps }) => ({ steps: totalSteps }),
	make: ({ steps, minLr }) => ({
		kind: "step",
		name: "cosine",
		at: (step, lr) => minLr + 0.5 * (lr - minLr) * (1 + Math.cos((Math.PI * step) / steps)),
	}),
});
