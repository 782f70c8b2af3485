/** Residual networks for small images. */
import { ArgumentError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import type { LayerConfig } from "../build.ts";
import { defineModel } from "./model.ts";

/** Options of the model `resnet`. */
export interface ResnetOptions {
	/** Layers with weights, 6 n + 2: 8, 14, 20, 32, 44, 56 … Default 14. */
	readonly depth?: number;
	/** Channels of the first stage; the next ones double them. Default 16. */
	readonly width?: number;
}

/** Three stages of basic blocks, global average, linear: `resnet:14`. */
export const resnet = defineModel<ResnetOptions>({
	name: "resnet",
	formula: "conv 3×3, [basic block × n] × 3 stages, global average, linear",
	source: "He et al. 2015, arXiv:1512.03385, section 4.2",
	torch: null,
	shorthand: "depth",
	options: {
		depth: integerOption("layers with weights, 6 n + 2", 14, { min: 8 }),
		width: integerOption("channels of the first stage", 16, { min: 1 }),
	},
	layers({ depth, width }, { inputShape, outputCount }) {
		if (inputShape.length !== 3) {
			throw new ArgumentError(
				`resnet: expected images [channels, height, width], received examples of shape [${inputShape.join(", ")}]. Try: mlp.`,
			);
		}
		if ((depth - 2) % 6 !== 0) {
			const near = 2 + 6 * Math.max(1, Math.round((depth - 2) / 6));
			throw new ArgumentError(`resnet: expected a depth of 6 n + 2, such as ${near}, received ${depth}.`);
		}
		const layers: LayerConfig[] = [{ conv2d: { out: width, kernel: 3, padding: 1, bias: false } }, "batchNorm", "relu"];
		for (let stage = 0; stage < 3; stage++) {
			for (let block = 0; block < (depth - 2) / 6; block++) {
				layers.push({ basicBlock: { out: width * 2 ** stage, stride: stage > 0 && block === 0 ? 2 : 1 } });
			}
		}
		return [...layers, "globalAvgPool", { linear: outputCount }];
	},
});
