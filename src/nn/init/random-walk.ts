/** Sussillo and Abbott's initializer for very deep networks. */
import { choiceOption, positive } from "../../core/options.ts";
import { randomNormal } from "../../tensor/random.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `randomWalk`. */
export interface RandomWalkOptions {
	/** What stands between the layers; it decides the formula for g. Default "relu". */
	readonly nonlinearity?: "linear" | "relu";
	/** g itself, > 0, for other activations (tanh: a little above 1, to be tuned). Default null: by the formula. */
	readonly g?: number | null;
}

/**
 * N(0, g² / fanIn) with g such that the logarithm of the back-propagated gradient's norm does a random walk without drift, from layer to
 * layer. Keeping the mean of the squared norm, as He's initializer does, lets its logarithm sink by about 1.2 / fanIn a layer for ReLU.
 */
export const randomWalk = defineInitializer<RandomWalkOptions>({
	name: "randomWalk",
	formula: "N(0, g² / N), N = fanIn, g = e^(1 / 2N) or √2 · e^(1.2 / (max(N, 6) − 2.4)) for ReLU",
	source: "Sussillo & Abbott 2014, arXiv:1412.6558",
	torch: null,
	options: {
		nonlinearity: choiceOption("what stands between the layers", ["linear", "relu"], "relu"),
		g: positive("scale of the weights; null: by the formula", null),
	},
	fill: (shape, rng, { nonlinearity, g }) => {
		const { fanIn } = fansOf(shape, "randomWalk");
		return randomNormal(shape, rng, { std: (g ?? walkScales[nonlinearity](fanIn)) / Math.sqrt(fanIn) });
	},
});

/** g by width: exact to first order in 1 / N for linear layers; for ReLU the authors' fit, made for widths from 6 on. */
const walkScales = {
	linear: (width: number) => Math.exp(1 / (2 * width)),
	relu: (width: number) => Math.SQRT2 * Math.exp(1.2 / (Math.max(width, 6) - 2.4)),
} satisfies Record<NonNullable<RandomWalkOptions["nonlinearity"]>, (width: number) => number>;
