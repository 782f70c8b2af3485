/** The transposed convolution of images. */
import { type Pair, toPair } from "../../tensor/ops/checks.ts";
import { convTranspose2d } from "../../tensor/ops/conv-transpose.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { channelsOf } from "./config-shape.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { pairOption } from "./pair-option.ts";
import { type TransposedConfig, TransposedLayer, type TransposedLayerOptions, transposedOptionSpecs } from "./transposed-layer.ts";

/**
 * y[b, o, i · stride + p · dilation − padding, …] += weight[c, o, p, q] · x[b, c, i, j], plus bias[o]: the derivative of a convolution in
 * its input, used to enlarge. `[n, inChannels, height, width]` → `[n, outChannels, outHeight, outWidth]` with
 * outHeight = (height − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1.
 */
export class ConvTranspose2d extends TransposedLayer<Pair> {
	override get facts() {
		return { name: "convTranspose2d", layout: "[batch, channels, height, width]" };
	}

	constructor(inChannels: number, outChannels: number, options: TransposedLayerOptions) {
		const { kernel } = layerOptions("convTranspose2d", options, "new ConvTranspose2d(8, 3, { kernel: 2, rng: new RandomStream(42) })");
		super("convTranspose2d", inChannels, outChannels, {
			...options,
			kernelAxes: toPair(kernel, "convTranspose2d", "the kernel", 1),
		});
	}

	protected override spread(x: Tensor): Tensor {
		return convTranspose2d(x, this.weight, { ...this.settings, bias: this.bias });
	}
}

/** `{ convTranspose2d: { out: 16, kernel: 4, stride: 2, padding: 1 } }` */
export const convTranspose2dLayer = defineLayer<TransposedConfig<Pair>>({
	name: "convTranspose2d",
	formula: "the derivative of a convolution in its input",
	source: "Zeiler et al. 2010",
	torch: "nn.ConvTranspose2d",
	aliases: ["deconvolution"],
	options: transposedOptionSpecs(pairOption),
	create: ({ out, weightInit, ...options }, { inputShape, rng, weightInit: suggested, initializers }) =>
		new ConvTranspose2d(channelsOf("convTranspose2d", inputShape, "images"), out, {
			...options,
			rng,
			weightInit: toInitializer(weightInit ?? suggested ?? "heNormal", initializers),
		}),
});
