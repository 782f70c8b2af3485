/** A uniform distribution between given bounds. */
import { numberOption } from "../../core/options.ts";
import { randomUniform } from "../../tensor/random.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `uniform`. */
export interface UniformOptions {
	/** Smallest value. Default 0. */
	readonly low?: number;
	/** Bound that values stay below, ≥ low. Default 1. */
	readonly high?: number;
}

/** U[low, high), whatever the shape. */
export const uniform = defineInitializer<UniformOptions>({
	name: "uniform",
	formula: "U[low, high)",
	source: "—",
	torch: "nn.init.uniform_",
	options: { low: numberOption("smallest value", 0), high: numberOption("bound that values stay below", 1) },
	distribution: ({ low, high }) => ({ kind: "uniform", low, high }),
	fill: (shape, rng, { low, high }) => randomUniform(shape, rng, { low, high }),
});
