/** A normal distribution without its tails. */
import { numberOption, positive } from "../../core/options.ts";
import { randomTruncatedNormal } from "../../tensor/random.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions {
	/** Mean before the tails are cut off. Default 0. */
	readonly mean?: number;
	/** Standard deviation before the tails are cut off, > 0; afterwards it is smaller. Default 1. */
	readonly std?: number;
	/** Smallest value, in the units of the values (not in standard deviations). Default −2. */
	readonly low?: number;
	/** Largest value, ≥ low. Default 2. */
	readonly high?: number;
}

/** N(mean, std²) on condition that low ≤ value ≤ high, whatever the shape. */
export const truncatedNormal = defineInitializer<TruncatedNormalOptions>({
	name: "truncatedNormal",
	formula: "N(mean, std²) given low ≤ value ≤ high",
	source: "—",
	torch: "nn.init.trunc_normal_",
	options: {
		mean: numberOption("mean before the tails are cut off", 0),
		std: positive("standard deviation before the tails are cut off", 1),
		low: numberOption("smallest value", -2),
		high: numberOption("largest value", 2),
	},
	distribution: ({ mean, std, low, high }) => ({ kind: "truncatedNormal", mean, std, low, high }),
	fill: (shape, rng, { mean, std, low, high }) => randomTruncatedNormal(shape, rng, { mean, std, low, high }),
});
