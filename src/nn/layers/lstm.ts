/** The long short-term memory. */
import { ArgumentError } from "../../core/errors.ts";
import { numberOption } from "../../core/options.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { lstmCell } from "./recurrent/cell-lstm.ts";
import { type RecurrentConfig, type RecurrentOptions, recurrentOptionSpecs } from "./recurrent/options.ts";
import { Recurrent } from "./recurrent/recurrent.ts";
import { featuresOf } from "./sequence-shape.ts";

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentOptions {
	/**
	 * Added to the forget gates' first bias. Default 0, as in PyTorch: cells then forget half at each step, and what lies 20 steps back is
	 * hardly learned; with 1 or 2 it is (Jozefowicz, Zaremba & Sutskever 2015).
	 */
	readonly forgetBias?: number;
}

/** The state of an `LSTM`; both are `[layers · directions, batch, hiddenSize]`. */
export interface LSTMState {
	/** h, the output of the last step. */
	readonly hidden: Tensor;
	/** c, what the cells remember. */
	readonly cell: Tensor;
}

/**
 * c ← f · c + i · g, h ← o · tanh(c) with gates i, f, o = σ(…) and g = tanh(…) of W x + b + U h + d, from step to step:
 * `[batch, time, inFeatures]` → `[batch, time, hiddenSize]`. Rows of the parameters lie in the order i, f, g, o; for their names see
 * `Recurrent`.
 *
 * @see Hochreiter & Schmidhuber 1997
 * @example
 * const lstm = new LSTM(8, 16, { rng: new RandomStream(42), bidirectional: true });
 * const { output, state: { hidden, cell } } = lstm.run(x);
 */
export class LSTM extends Recurrent<LSTMState> {
	constructor(inFeatures: number, hiddenSize: number, given: LSTMOptions) {
		const { forgetBias = 0, ...options } = layerOptions("lstm", given, "new LSTM(8, 16, { rng: new RandomStream(42) })");
		if (forgetBias !== 0 && options.bias === false) {
			throw new ArgumentError("lstm: expected biases where forgetBias is given, received bias false.");
		}
		const firstBias = lstmCell.gates.map((gate) => (gate === "forget" ? forgetBias : 0));
		super("lstm", lstmCell, { ...options, inFeatures, hiddenSize, firstBias });
	}

	protected override toStates({ hidden, cell }: LSTMState): readonly Tensor[] {
		return [hidden, cell];
	}

	protected override fromStates([hidden, cell]: readonly Tensor[]): LSTMState {
		return { hidden, cell };
	}
}

/** Options of `lstm` in a config. */
interface LSTMConfig extends RecurrentConfig {
	readonly forgetBias?: number;
}

/** `{ lstm: { hidden: 64, returns: "last" } }` */
export const lstmLayer = defineLayer<LSTMConfig>({
	name: "lstm",
	formula: "c ← f · c + i · g, h ← o · tanh(c)",
	source: "Hochreiter & Schmidhuber 1997",
	torch: "nn.LSTM",
	shorthand: "hidden",
	options: { ...recurrentOptionSpecs, forgetBias: numberOption("added to the forget gates' first bias", 0) },
	create: ({ hidden, ...options }, { inputShape, rng }) => new LSTM(featuresOf("lstm", inputShape), hidden, { ...options, rng }),
});
