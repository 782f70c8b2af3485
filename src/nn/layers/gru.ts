/** The gated recurrent unit. */
import type { Tensor } from "../../tensor/tensor.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { gruCell } from "./recurrent/cell-gru.ts";
import { type RecurrentConfig, type RecurrentOptions, recurrentOptionSpecs } from "./recurrent/options.ts";
import { Recurrent } from "./recurrent/recurrent.ts";
import { featuresOf } from "./sequence-shape.ts";

/**
 * h ← (1 − z) · n + z · h with n = tanh(W x + b + r · (U h + d)) and gates r, z = σ(…), from step to step:
 * `[batch, time, inFeatures]` → `[batch, time, hiddenSize]`. Its state is h, `[layers · directions, batch, hiddenSize]`. Rows of the
 * parameters lie in the order r, z, n; for their names see `Recurrent`.
 *
 * @see Cho et al. 2014, arXiv:1406.1078
 * @example
 * new GRU(8, 16, { rng: new RandomStream(42), layers: 2, dropout: 0.2, returns: "last" });
 */
export class GRU extends Recurrent<Tensor> {
	constructor(inFeatures: number, hiddenSize: number, options: RecurrentOptions) {
		super("gru", gruCell, { ...layerOptions("gru", options, "new GRU(8, 16, { rng: new RandomStream(42) })"), inFeatures, hiddenSize });
	}

	protected override toStates(state: Tensor): readonly Tensor[] {
		return [state];
	}

	protected override fromStates([hidden]: readonly Tensor[]): Tensor {
		return hidden;
	}
}

/** `{ gru: { hidden: 64, returns: "last" } }` */
export const gruLayer = defineLayer<RecurrentConfig>({
	name: "gru",
	formula: "h ← (1 − z) · n + z · h, n = tanh(W x + b + r · (U h + d))",
	source: "Cho et al. 2014, arXiv:1406.1078",
	torch: "nn.GRU",
	shorthand: "hidden",
	options: recurrentOptionSpecs,
	create: ({ hidden, ...options }, { inputShape, rng }) => new GRU(featuresOf("gru", inputShape), hidden, { ...options, rng }),
});
