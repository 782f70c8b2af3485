/** Normalisation by the root mean square. */
import { ArgumentError } from "../../core/errors.ts";
import { atLeastZero, truthOption } from "../../core/options.ts";
import { ones } from "../../tensor/create.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { rmsNorm } from "../../tensor/ops/rms-norm.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import type { ExampleNormOptions } from "./layer-norm.ts";

/**
 * x / √(mean(x²) + ε) · scale over the last axis: `[…, features]` → the same. Layer normalisation without the mean, which costs less.
 *
 * @see Zhang & Sennrich 2019, arXiv:1910.07467
 */
export class RMSNorm extends Module {
	readonly features: number;
	readonly epsilon: number;
	/** `[features]`, starts at 1. */
	readonly scale: Tensor | null;

	/** Epsilon is 1e-6 by default. */
	constructor(features: number, { epsilon = 1e-6, affine = true }: ExampleNormOptions = {}) {
		super();
		expectInteger(features, "rmsNorm", "features", 1);
		if (!(epsilon >= 0)) throw new ArgumentError(`rmsNorm: expected epsilon ≥ 0, received ${epsilon}.`);
		this.features = features;
		this.epsilon = epsilon;
		this.scale = affine ? parameter(ones([features])) : null;
	}

	override forward(x: Tensor): Tensor {
		expectLength(x, -1, this.features, "features");
		return rmsNorm(x, { scale: this.scale, epsilon: this.epsilon });
	}

	override describe(): string {
		return `rms norm ${this.features}`;
	}
}

/** `"rmsNorm"` */
export const rmsNormLayer = defineLayer<ExampleNormOptions>({
	name: "rmsNorm",
	formula: "x / √(mean(x²) + ε) · γ over the last axis",
	source: "Zhang & Sennrich 2019, arXiv:1910.07467",
	torch: "nn.RMSNorm",
	options: {
		epsilon: atLeastZero("added to the mean square", 1e-6),
		affine: truthOption("whether it has a learned scale", true),
	},
	create: (options, { inputShape }) => new RMSNorm(inputShape.at(-1) ?? 0, options),
});
