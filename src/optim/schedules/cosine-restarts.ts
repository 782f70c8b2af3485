/** Cosine annealing with warm restarts. */
import { atLeastZero, integerOption, numberOption } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `cosineRestarts`. */
export interface CosineRestartsOptions {
	/** Steps of the first period. */
	readonly period: number;
	/** Each period is this many times as long as the one before, ≥ 1. Default 1. */
	readonly growth?: number;
	/** The least rate, ≥ 0. Default 0. */
	readonly minLr?: number;
}

/** Where a step stands: steps since the last restart, and the length of its period. */
function placeIn(step: number, period: number, growth: number): { since: number; length: number } {
	if (growth === 1) return { since: step % period, length: period };
	let [start, length] = [0, period];
	while (step >= start + length) {
		start += length;
		length *= growth;
	}
	return { since: step - start, length };
}

/** A cosine from the full rate to the least, begun again at each restart. */
export const cosineRestarts = defineSchedule<CosineRestartsOptions>({
	name: "cosineRestarts",
	formula: "minLr + ½ (lr − minLr) (1 + cos(π s / length)), s steps after the last restart",
	source: "Loshchilov & Hutter 2017, arXiv:1608.03983",
	torch: "lr_scheduler.CosineAnnealingWarmRestarts",
	aliases: ["cosineWarmRestarts", "sgdr"],
	options: {
		period: integerOption("steps of the first period", undefined, { min: 1 }),
		growth: numberOption("each period is this many times as long as the one before", 1, { min: 1 }),
		minLr: atLeastZero("the least rate", 0),
	},
	fromTraining: ({ totalSteps }) => ({ period: Math.max(1, Math.ceil(totalSteps / 4)) }),
	make: ({ period, growth, minLr }) => ({
		kind: "step",
		name: "cosineRestarts",
		at(step, lr) {
			const { since, length } = placeIn(step, period, growth);
			return minLr + 0.5 * (lr - minLr) * (1 + Math.cos((Math.PI * since) / length));
		},
	}),
});
