/** The convolution of sequences. */
import { integerOption } from "../../core/options.ts";
import type { Formula } from "../../kernels/formula.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { conv1d } from "../../tensor/ops/conv.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { channelsOf } from "./config-shape.ts";
import { type ConvConfig, type ConvLayerOptions, ConvolutionLayer, convOptionSpecs } from "./convolution-layer.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";

/**
 * y[b, o, i] = bias[o] + Σ_c,p weight[o, c, p] · x[b, c, i · stride + p · dilation − padding]:
 * `[n, inChannels, length]` → `[n, outChannels, outLength]`.
 */
export class Conv1d extends ConvolutionLayer<number> {
	override get facts() {
		return { name: "conv1d", layout: "[batch, channels, length]" };
	}

	constructor(inChannels: number, outChannels: number, options: ConvLayerOptions<number>) {
		const { kernel } = layerOptions("conv1d", options, "new Conv1d(3, 8, { kernel: 3, rng: new RandomStream(42) })");
		expectInteger(kernel, "conv1d", "the kernel", 1);
		super("conv1d", inChannels, outChannels, { ...options, kernelAxes: [kernel] });
	}

	protected override convolve(x: Tensor, activation?: Formula): Tensor {
		return conv1d(x, this.weight, { ...this.settings, bias: this.bias, activation });
	}
}

/** `{ conv1d: { out: 16, kernel: 5, padding: "same" } }` */
export const conv1dLayer = defineLayer<ConvConfig<number>>({
	name: "conv1d",
	formula: "y[o] = b[o] + Σ_c W[o, c] ⋆ x[c]",
	source: "LeCun et al. 1989",
	torch: "nn.Conv1d",
	options: convOptionSpecs((about, fallback, min) => integerOption(about, fallback, { min })),
	create: ({ out, groups, weightInit, ...options }, { inputShape, rng, weightInit: suggested, initializers }) => {
		const channels = channelsOf("conv1d", inputShape, "sequences");
		return new Conv1d(channels, out, {
			...options,
			rng,
			groups: groups === "depthwise" ? channels : groups,
			weightInit: toInitializer(weightInit ?? suggested ?? "heNormal", initializers),
		});
	},
});
