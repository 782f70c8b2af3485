/** A small convolutional network. */
import { ArgumentError } from "../../core/errors.ts";
import { decayOption, integerOption, type ListSpec, techniqueOption, truthOption } from "../../core/options.ts";
import type { Named } from "../../core/technique.ts";
import type { LayerConfig } from "../build.ts";
import { defineModel } from "./model.ts";

/** Options of the model `cnn`. */
export interface CnnOptions {
	/** Channels of each stage; a stage has two 3×3 convolutions and halves height and width. Default [32, 64]. */
	readonly channels?: readonly number[] | number;
	/** Units of the hidden linear layer; 0 for none. Default 128. */
	readonly dense?: number;
	/** Default "relu". */
	readonly activation?: Named;
	/** Share of values that are dropped before the last layer while training. Default 0.3. */
	readonly dropout?: number;
	/** Whether each convolution is batch-normalised. Default true. */
	readonly batchNorm?: boolean;
}

const channelsOption: ListSpec = {
	kind: "list",
	about: "channels of each stage",
	items: integerOption("channels", undefined, { min: 1 }),
	orSingle: true,
	default: [32, 64],
};

/** Stages of two 3×3 convolutions and a pooling, then linear layers: `cnn`, `cnn:32,64,128`. */
export const cnn = defineModel<CnnOptions>({
	name: "cnn",
	formula: "[(conv 3×3, batch norm?, activation) × 2, max pool 2] × stages, linear, linear",
	source: "LeCun et al. 1998; Simonyan & Zisserman 2015, arXiv:1409.1556",
	torch: null,
	aliases: ["convNet"],
	shorthand: "channels",
	options: {
		channels: channelsOption,
		dense: integerOption("units of the hidden linear layer; 0 for none", 128, { min: 0 }),
		activation: techniqueOption("activation", "after each convolution", "relu"),
		dropout: decayOption("share of values that are dropped before the last layer while training", 0.3),
		batchNorm: truthOption("whether each convolution is batch-normalised", true),
	},
	layers({ channels, dense, activation, dropout, batchNorm }, { inputShape, outputCount }) {
		if (inputShape.length !== 3) {
			throw new ArgumentError(
				`cnn: expected images [channels, height, width], received examples of shape [${inputShape.join(", ")}]. Try: mlp.`,
			);
		}
		const act = activation as Named;
		const convolution = (out: number): LayerConfig[] => [
			{ conv2d: { out, kernel: 3, padding: 1, bias: !batchNorm } },
			...(batchNorm ? ["batchNorm"] : []),
			act,
		];
		let side = Math.min(inputShape[1], inputShape[2]);
		const layers: LayerConfig[] = [];
		for (const out of [channels].flat()) {
			layers.push(...convolution(out), ...convolution(out));
			if (side >= 2) layers.push({ maxPool2d: 2 });
			side = Math.floor(side / 2);
		}
		layers.push("flatten");
		if (dense > 0) layers.push({ linear: dense }, act);
		if (dropout > 0) layers.push({ dropout });
		return [...layers, { linear: outputCount }];
	},
});
