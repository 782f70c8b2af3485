/** Instance normalisation. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { atLeastZero, truthOption } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { instanceNorm } from "../../tensor/ops/layer-norm.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength } from "./checks.ts";
import { channelsOf } from "./config-shape.ts";
import { defineLayer } from "./layer.ts";
import type { ExampleNormOptions } from "./layer-norm.ts";

/**
 * Normalises each channel of each example over its places: `[n, channels, …]` with more than one place → the same. As PyTorch's with
 * `track_running_stats=False`, its default.
 *
 * PyTorch's state maps to `weight` → `scale`, `bias` → `shift`.
 *
 * @see Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022
 */
export class InstanceNorm extends Module {
	readonly channels: number;
	readonly epsilon: number;
	/** `[channels]` */
	readonly scale: Tensor | null;
	/** `[channels]` */
	readonly shift: Tensor | null;

	/** Not affine by default, as in PyTorch. */
	constructor(channels: number, { epsilon = 1e-5, affine = false }: ExampleNormOptions = {}) {
		super();
		expectInteger(channels, "instanceNorm", "channels", 1);
		if (!(epsilon >= 0)) throw new ArgumentError(`instanceNorm: expected epsilon ≥ 0, received ${epsilon}.`);
		this.channels = channels;
		this.epsilon = epsilon;
		this.scale = affine ? parameter(ones([channels])) : null;
		this.shift = affine ? parameter(zeros([channels])) : null;
	}

	override forward(x: Tensor): Tensor {
		if (x.rank < 3) throw new ShapeError(`  Expected [batch, channels, …places], received ${x.rank} axes.`);
		expectLength(x, 1, this.channels, "channels");
		if (sizeOf(x.shape.slice(2)) < 2) {
			throw new ArgumentError(
				"  Expected more than one place per channel: one value, normalised, is 0 whatever it is.\n  Try: layerNorm or groupNorm.",
			);
		}
		const { scale, shift, epsilon } = this;
		return instanceNorm(x, { scale, shift, epsilon });
	}

	override describe(): string {
		return `instance norm ${this.channels}`;
	}
}

/** `"instanceNorm"` */
export const instanceNormLayer = defineLayer<ExampleNormOptions>({
	name: "instanceNorm",
	formula: "(x − μ) / √(σ² + ε) · γ + β by channel of each example",
	source: "Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022",
	torch: "nn.InstanceNorm1d, nn.InstanceNorm2d",
	options: {
		epsilon: atLeastZero("added to the variance", 1e-5),
		affine: truthOption("whether it has a learned scale and shift", false),
	},
	create: (options, { inputShape }) => new InstanceNorm(channelsOf("instanceNorm", inputShape, "channels"), options),
});
