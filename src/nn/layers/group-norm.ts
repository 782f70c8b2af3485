/** Group normalisation. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { atLeastZero, integerOption, truthOption } from "../../core/options.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { groupNorm } from "../../tensor/ops/layer-norm.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength } from "./checks.ts";
import { channelsOf } from "./config-shape.ts";
import { defineLayer } from "./layer.ts";
import type { ExampleNormOptions } from "./layer-norm.ts";

/**
 * Normalises each of `groups` equal groups of channels of each example, then scales and shifts by channel: `[n, channels, …]` → the same.
 *
 * PyTorch's state maps to `weight` → `scale`, `bias` → `shift`.
 *
 * @see Wu & He 2018, arXiv:1803.08494
 */
export class GroupNorm extends Module {
	readonly groups: number;
	readonly channels: number;
	readonly epsilon: number;
	/** `[channels]` */
	readonly scale: Tensor | null;
	/** `[channels]` */
	readonly shift: Tensor | null;

	/** @throws ArgumentError if groups do not divide the channels; affine by default */
	constructor(groups: number, channels: number, { epsilon = 1e-5, affine = true }: ExampleNormOptions = {}) {
		super();
		for (const [what, count] of Object.entries({ groups, channels })) expectInteger(count, "groupNorm", what, 1);
		if (channels % groups !== 0) {
			throw new ArgumentError(`groupNorm: expected groups to divide the channels, received ${groups} groups for ${channels} channels.`);
		}
		if (!(epsilon >= 0)) throw new ArgumentError(`groupNorm: expected epsilon ≥ 0, received ${epsilon}.`);
		this.groups = groups;
		this.channels = channels;
		this.epsilon = epsilon;
		this.scale = affine ? parameter(ones([channels])) : null;
		this.shift = affine ? parameter(zeros([channels])) : null;
	}

	override forward(x: Tensor): Tensor {
		if (x.rank < 2) throw new ShapeError(`  Expected [batch, channels, …], received ${x.rank} axes.`);
		expectLength(x, 1, this.channels, "channels");
		const { scale, shift, epsilon } = this;
		return groupNorm(x, this.groups, { scale, shift, epsilon });
	}

	override describe(): string {
		return `group norm ${this.channels} in ${this.groups}`;
	}
}

/** `{ groupNorm: 8 }` */
export const groupNormLayer = defineLayer<ExampleNormOptions & { readonly groups: number }>({
	name: "groupNorm",
	formula: "(x − μ) / √(σ² + ε) · γ + β by groups of channels of each example",
	source: "Wu & He 2018, arXiv:1803.08494",
	torch: "nn.GroupNorm",
	shorthand: "groups",
	options: {
		groups: integerOption("groups of channels; divides their number", undefined, { min: 1 }),
		epsilon: atLeastZero("added to the variance", 1e-5),
		affine: truthOption("whether it has a learned scale and shift", true),
	},
	create: ({ groups, ...options }, { inputShape }) => new GroupNorm(groups, channelsOf("groupNorm", inputShape, "channels"), options),
});
