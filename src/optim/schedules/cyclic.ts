/** A rate that goes up and down between two bounds. */
import { choiceOption, integerOption, numberOption, positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `cyclic`. */
export interface CyclicOptions {
	/** The upper bound, > 0; the lower one is the optimizer's rate. */
	readonly maxLr: number;
	/** Steps from the lower bound to the upper. In a training: default two epochs. */
	readonly stepsUp: number;
	/** Steps back down. Default as up. */
	readonly stepsDown?: number | null;
	/** Whether the height stays, halves each cycle, or shrinks by `gamma` each step. Default "triangular". */
	readonly mode?: "triangular" | "triangular2" | "expRange";
	/** Of expRange. Default 1. */
	readonly gamma?: number;
}

/** lr + (maxLr − lr) · height of a triangle wave. */
export const cyclic = defineSchedule<CyclicOptions>({
	name: "cyclic",
	formula: "lr + (maxLr − lr) · triangle(t) · scale(t)",
	source: "Smith 2017, arXiv:1506.01186",
	torch: "lr_scheduler.CyclicLR",
	aliases: ["cyclical"],
	options: {
		maxLr: positive("the upper bound; the lower one is the optimizer's rate"),
		stepsUp: integerOption("steps from the lower bound to the upper", undefined, { min: 1 }),
		stepsDown: integerOption("steps back down; default as up", null, { min: 1 }),
		mode: choiceOption("how the height changes", ["triangular", "triangular2", "expRange"], "triangular"),
		gamma: numberOption("factor of the height at each step of expRange", 1, { above: 0, max: 1 }),
	},
	fromTraining: ({ stepsPerEpoch }) => ({ stepsUp: 2 * stepsPerEpoch }),
	make({ maxLr, stepsUp, stepsDown, mode, gamma }) {
		const length = stepsUp + (stepsDown ?? stepsUp);
		const upShare = stepsUp / length;
		const scale = (step: number, cycle: number): number => {
			if (mode === "triangular2") return 0.5 ** cycle;
			return mode === "expRange" ? gamma ** step : 1;
		};
		return {
			kind: "step",
			name: "cyclic",
			at(step, lr) {
				const cycle = Math.floor(step / length);
				const x = step / length - cycle;
				const height = x <= upShare ? x / upShare : (x - 1) / (upShare - 1);
				return lr + (maxLr - lr) * height * scale(step, cycle);
			},
		};
	},
});
