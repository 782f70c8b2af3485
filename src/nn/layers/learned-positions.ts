/** Positions as learned vectors. */
import { ShapeError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { narrow } from "../../tensor/ops/slice.ts";
import { randomNormal } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength, expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { featuresOf } from "./sequence-shape.ts";

/** Standard deviation of first values, as in BERT and GPT-2. */
const FIRST_STD = 0.02;

/**
 * x + weight[0 … time − 1]: `[batch, time, features]` → the same, for time up to `longest`.
 *
 * @see Gehring et al. 2017, arXiv:1705.03122
 */
export class LearnedPositions extends Module {
	/** `[longest, features]`, at first N(0, 0.02²) */
	readonly weight: Tensor;

	/** @param longest - steps of the longest input */
	constructor(longest: number, features: number, options: { readonly rng: RandomStream }) {
		super();
		const { rng } = layerOptions("learnedPositions", options, "new LearnedPositions(50, 64, { rng: new RandomStream(42) })");
		for (const [what, count] of Object.entries({ longest, features })) expectInteger(count, "learnedPositions", what, 1);
		this.weight = parameter(randomNormal([longest, features], rng, { std: FIRST_STD }));
	}

	override forward(x: Tensor): Tensor {
		const [longest, features] = this.weight.shape;
		expectRank(x, "[batch, time, features]");
		expectLength(x, -1, features, "features");
		if (x.shape[1] > longest) {
			throw new ShapeError(
				`  Expected at most ${longest} steps (longest), received ${x.shape[1]}.\n  Try: cut the input, or build it longer.`,
			);
		}
		return add(x, narrow(this.weight, 0, [0, x.shape[1]]));
	}

	override describe(): string {
		return `learned positions ${this.weight.shape.join(" × ")}`;
	}
}

/** `"learnedPositions"` */
export const learnedPositionsLayer = defineLayer<{ readonly longest?: number | null }>({
	name: "learnedPositions",
	formula: "x + W[t]",
	source: "Gehring et al. 2017, arXiv:1705.03122",
	torch: null,
	shorthand: "longest",
	options: { longest: integerOption("steps of the longest input; default: those of the examples", null, { min: 1 }) },
	create: ({ longest }, { inputShape, rng }) => {
		const features = featuresOf("learnedPositions", inputShape);
		return new LearnedPositions(longest ?? inputShape[0], features, { rng });
	},
});
