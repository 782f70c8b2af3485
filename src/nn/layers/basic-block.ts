/** The residual block of the smaller residual networks. */
import { integerOption, techniqueOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { type ActivationLike, activation as toActivation } from "../activations/index.ts";
import { type InitializerLike, toInitializer } from "../init/index.ts";
import type { Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import { BatchNorm } from "./batch-norm.ts";
import { channelsOf } from "./config-shape.ts";
import { Conv2d } from "./conv2d.ts";
import { rateOption } from "./drop-rate.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { Residual } from "./residual.ts";

/** Options of `BasicBlock`. */
export interface BasicBlockOptions {
	/** Where the first weights are drawn from. */
	readonly rng: RandomStream;
	/** Of the first convolution and the shortcut. Default 1. */
	readonly stride?: number;
	/** Makes the activation, once for each place. Default ReLU. */
	readonly activation?: () => Module;
	/** Probability that the body is left out for an example while training. Default 0. */
	readonly dropPath?: number;
	/** Initializer of the weights. Default "heNormal". */
	readonly weightInit?: InitializerLike;
}

/**
 * activation(norm(conv 3×3(activation(norm(conv 3×3(x))))) + shortcut(x)): `[n, inChannels, height, width]` → `[n, outChannels, …]`. The shortcut is x
 * itself, or norm(conv 1×1(x)) where channels or size change (option B of the paper).
 *
 * torchvision's state maps to `conv1` → `body.0`, `bn1` → `body.1`, `conv2` → `body.3`, `bn2` → `body.4`, `downsample` → `shortcut`.
 *
 * @see He et al. 2015, arXiv:1512.03385
 */
export class BasicBlock extends Residual {
	readonly inChannels: number;
	readonly outChannels: number;
	readonly stride: number;

	constructor(inChannels: number, outChannels: number, options: BasicBlockOptions) {
		const { rng, stride = 1 } = layerOptions("basicBlock", options, "new BasicBlock(16, 32, { stride: 2, rng: new RandomStream(42) })");
		const { activation = () => toActivation("relu"), dropPath = 0, weightInit = "heNormal" } = options;
		const shared = { rng, weightInit, bias: false };
		const body = new Sequential([
			new Conv2d(inChannels, outChannels, { ...shared, kernel: 3, stride, padding: 1 }),
			new BatchNorm(outChannels),
			activation(),
			new Conv2d(outChannels, outChannels, { ...shared, kernel: 3, padding: 1 }),
			new BatchNorm(outChannels),
		]);
		const project = (): Module =>
			new Sequential([new Conv2d(inChannels, outChannels, { ...shared, kernel: 1, stride }), new BatchNorm(outChannels)]);
		const shortcut = stride === 1 && inChannels === outChannels ? null : project();
		super(body, { shortcut, activation: activation(), dropPath, rng });
		this.inChannels = inChannels;
		this.outChannels = outChannels;
		this.stride = stride;
	}

	override describe(): string {
		const stride = this.stride === 1 ? "" : `, stride ${this.stride}`;
		return `basic block ${this.inChannels} → ${this.outChannels}${stride}`;
	}
}

/** Options of `basicBlock` in a config. */
interface BasicBlockConfig {
	readonly out: number;
	readonly stride?: number;
	readonly activation?: ActivationLike;
	readonly dropPath?: number;
	readonly weightInit?: InitializerLike | null;
}

/** `{ basicBlock: { out: 32, stride: 2 } }` */
export const basicBlockLayer = defineLayer<BasicBlockConfig>({
	name: "basicBlock",
	formula: "act(norm(conv(act(norm(conv(x))))) + shortcut(x))",
	source: "He et al. 2015, arXiv:1512.03385",
	torch: "torchvision.models.resnet.BasicBlock",
	shorthand: "out",
	options: {
		out: integerOption("channels of the output", undefined, { min: 1 }),
		stride: integerOption("steps of the first convolution and the shortcut", 1, { min: 1 }),
		activation: techniqueOption("activation", "after the first normalisation and after the sum", "relu"),
		dropPath: rateOption("the body", 0),
		weightInit: techniqueOption("initializer", "first weights; default: what suits the activation", null),
	},
	create: ({ out, weightInit, activation, ...options }, { inputShape, rng, activations, initializers }) =>
		new BasicBlock(channelsOf("basicBlock", inputShape, "images"), out, {
			...options,
			rng,
			activation: () => toActivation(activation, activations),
			weightInit: toInitializer(weightInit ?? "heNormal", initializers),
		}),
});
