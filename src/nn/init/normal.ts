/** A normal distribution with given mean and width. */
import { atLeastZero, numberOption } from "../../core/options.ts";
import { randomNormal } from "../../tensor/random.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `normal`. */
export interface NormalOptions {
	/** Mean. Default 0. */
	readonly mean?: number;
	/** Standard deviation, ≥ 0. Default 1. */
	readonly std?: number;
}

/** N(mean, std²), whatever the shape. */
export const normal = defineInitializer<NormalOptions>({
	name: "normal",
	formula: "N(mean, std²)",
	source: "—",
	torch: "nn.init.normal_",
	aliases: ["gaussian"],
	options: { mean: numberOption("mean", 0), std: atLeastZero("standard deviation", 1) },
	distribution: ({ mean, std }) => ({ kind: "normal", mean, std }),
	fill: (shape, rng, { mean, std }) => randomNormal(shape, rng, { mean, std }),
});
