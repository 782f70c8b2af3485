/** The transposed convolution of sequences. */
import { integerOption } from "../../core/options.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { convTranspose1d } from "../../tensor/ops/conv-transpose.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { channelsOf } from "./config-shape.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { type TransposedConfig, TransposedLayer, type TransposedLayerOptions, transposedOptionSpecs } from "./transposed-layer.ts";

/**
 * y[b, o, i · stride + p · dilation − padding] += weight[c, o, p] · x[b, c, i], plus bias[o]:
 * `[n, inChannels, length]` → `[n, outChannels, outLength]`.
 */
export class ConvTranspose1d extends TransposedLayer<number> {
	override get facts() {
		return { name: "convTranspose1d", layout: "[batch, channels, length]" };
	}

	constructor(inChannels: number, outChannels: number, options: TransposedLayerOptions<number>) {
		const { kernel } = layerOptions("convTranspose1d", options, "new ConvTranspose1d(8, 3, { kernel: 2, rng: new RandomStream(42) })");
		expectInteger(kernel, "convTranspose1d", "the kernel", 1);
		super("convTranspose1d", inChannels, outChannels, { ...options, kernelAxes: [kernel] });
	}

	protected override spread(x: Tensor): Tensor {
		return convTranspose1d(x, this.weight, { ...this.settings, bias: this.bias });
	}
}

/** `{ convTranspose1d: { out: 16, kernel: 4, stride: 2 } }` */
export const convTranspose1dLayer = defineLayer<TransposedConfig<number>>({
	name: "convTranspose1d",
	formula: "the derivative of a convolution in its input",
	source: "Zeiler et al. 2010",
	torch: "nn.ConvTranspose1d",
	options: transposedOptionSpecs((about, fallback, min) => integerOption(about, fallback, { min })),
	create: ({ out, weightInit, ...options }, { inputShape, rng, weightInit: suggested, initializers }) =>
		new ConvTranspose1d(channelsOf("convTranspose1d", inputShape, "sequences"), out, {
			...options,
			rng,
			weightInit: toInitializer(weightInit ?? suggested ?? "heNormal", initializers),
		}),
});
