/** The multi-layer perceptron. */
import { decayOption, integerOption, type ListSpec, techniqueOption, truthOption } from "../../core/options.ts";
import type { Named } from "../../core/technique.ts";
import type { LayerConfig } from "../build.ts";
import { defineModel } from "./model.ts";

/** Options of the model `mlp`. */
export interface MlpOptions {
	/** Units of each hidden layer. Default [128, 128]. */
	readonly hidden?: readonly number[] | number;
	/** Default "relu". */
	readonly activation?: Named;
	/** Share of hidden values that are dropped while training. Default 0. */
	readonly dropout?: number;
	/** Whether each hidden layer is batch-normalised. Default false. */
	readonly batchNorm?: boolean;
}

const hiddenOption: ListSpec = {
	kind: "list",
	about: "units of each hidden layer",
	items: integerOption("units", undefined, { min: 1 }),
	orSingle: true,
	default: [128, 128],
	alsoCalled: ["units", "layers", "sizes"],
};

/** Linear layers with an activation between: `mlp:256x3`. */
export const mlp = defineModel<MlpOptions>({
	name: "mlp",
	formula: "[linear, batch norm?, activation, dropout?] × hidden, linear",
	source: "Rumelhart, Hinton & Williams 1986",
	torch: null,
	shorthand: "hidden",
	options: {
		hidden: hiddenOption,
		activation: techniqueOption("activation", "between the layers", "relu"),
		dropout: decayOption("share of hidden values that are dropped while training", 0),
		batchNorm: truthOption("whether each hidden layer is batch-normalised", false),
	},
	layers({ hidden, activation, dropout, batchNorm }, { inputShape, outputCount }) {
		const layers: LayerConfig[] = inputShape.length === 1 ? [] : ["flatten"];
		for (const units of [hidden].flat()) {
			layers.push({ linear: { out: units, bias: !batchNorm } });
			if (batchNorm) layers.push("batchNorm");
			layers.push(activation as Named);
			if (dropout > 0) layers.push({ dropout });
		}
		return [...layers, { linear: outputCount }];
	},
});
