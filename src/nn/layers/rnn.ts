/** The plain recurrent network. */
import { choiceOption } from "../../core/options.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { rnnCells } from "./recurrent/cell-rnn.ts";
import { type RecurrentConfig, type RecurrentOptions, recurrentOptionSpecs } from "./recurrent/options.ts";
import { Recurrent } from "./recurrent/recurrent.ts";
import { featuresOf } from "./sequence-shape.ts";

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
	/** Default "tanh". */
	readonly activation?: "tanh" | "relu";
}

/**
 * h ← f(W x + b + U h + d) from step to step, f = tanh or ReLU: `[batch, time, inFeatures]` → `[batch, time, hiddenSize]`.
 * Its state is h, `[layers · directions, batch, hiddenSize]`. Parameters: see `Recurrent`.
 *
 * @see Elman 1990, Finding Structure in Time
 * @example
 * const rnn = new RNN(8, 16, { rng: new RandomStream(42) });
 * const { output, state } = rnn.run(x, { lengths: [5, 3] });
 */
export class RNN extends Recurrent<Tensor> {
	constructor(inFeatures: number, hiddenSize: number, options: RNNOptions) {
		const { activation = "tanh" } = layerOptions("rnn", options, "new RNN(8, 16, { rng: new RandomStream(42) })");
		super("rnn", rnnCells[activation], { ...options, inFeatures, hiddenSize });
	}

	protected override toStates(state: Tensor): readonly Tensor[] {
		return [state];
	}

	protected override fromStates([hidden]: readonly Tensor[]): Tensor {
		return hidden;
	}
}

/** Options of `rnn` in a config. */
interface RNNConfig extends RecurrentConfig {
	readonly activation?: "tanh" | "relu";
}

/** `{ rnn: { hidden: 64, returns: "last" } }` */
export const rnnLayer = defineLayer<RNNConfig>({
	name: "rnn",
	formula: "h ← f(W x + b + U h + d)",
	source: "Elman 1990",
	torch: "nn.RNN",
	shorthand: "hidden",
	options: { ...recurrentOptionSpecs, activation: choiceOption("f", ["tanh", "relu"], "tanh") },
	create: ({ hidden, ...options }, { inputShape, rng }) => new RNN(featuresOf("rnn", inputShape), hidden, { ...options, rng }),
});
