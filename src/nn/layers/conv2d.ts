/** The convolution of images. */
import type { Formula } from "../../kernels/formula.ts";
import { type Pair, toPair } from "../../tensor/ops/checks.ts";
import { conv2d } from "../../tensor/ops/conv.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { channelsOf } from "./config-shape.ts";
import { type ConvConfig, type ConvLayerOptions, ConvolutionLayer, convOptionSpecs } from "./convolution-layer.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { pairOption } from "./pair-option.ts";

/**
 * y[b, o, i, j] = bias[o] + Σ_c,p,q weight[o, c, p, q] · x[b, c, i · stride + p · dilation − padding, …]:
 * `[n, inChannels, height, width]` → `[n, outChannels, outHeight, outWidth]`.
 *
 * @example
 * new Conv2d(1, 32, { kernel: 3, padding: "same", rng });
 */
export class Conv2d extends ConvolutionLayer<Pair> {
	override get facts() {
		return { name: "conv2d", layout: "[batch, channels, height, width]" };
	}

	constructor(inChannels: number, outChannels: number, options: ConvLayerOptions) {
		const { kernel } = layerOptions("conv2d", options, "new Conv2d(3, 8, { kernel: 3, rng: new RandomStream(42) })");
		super("conv2d", inChannels, outChannels, { ...options, kernelAxes: toPair(kernel, "conv2d", "the kernel", 1) });
	}

	protected override convolve(x: Tensor, activation?: Formula): Tensor {
		return conv2d(x, this.weight, { ...this.settings, bias: this.bias, activation });
	}
}

/** `{ conv2d: { out: 32, kernel: 3 } }` */
export const conv2dLayer = defineLayer<ConvConfig<Pair>>({
	name: "conv2d",
	formula: "y[o] = b[o] + Σ_c W[o, c] ⋆ x[c]",
	source: "LeCun et al. 1989",
	torch: "nn.Conv2d",
	options: convOptionSpecs(pairOption),
	create: ({ out, groups, weightInit, ...options }, { inputShape, rng, weightInit: suggested, initializers }) => {
		const channels = channelsOf("conv2d", inputShape, "images");
		return new Conv2d(channels, out, {
			...options,
			rng,
			groups: groups === "depthwise" ? channels : groups,
			weightInit: toInitializer(weightInit ?? suggested ?? "heNormal", initializers),
		});
	},
});
