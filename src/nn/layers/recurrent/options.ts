/** Options that all recurrent layers share, in code and in configs. */
import { choiceOption, decayOption, integerOption, type OptionSpecs, truthOption } from "../../../core/options.ts";
import type { RandomStream } from "../../../core/random/index.ts";

/** What `forward` returns: the outputs of all steps, or the final state of the top layer. */
export type RecurrentReturns = "sequence" | "last";

/** Options of `RNN`, `GRU` and `LSTM`. */
export interface RecurrentOptions {
	/** Where the first weights are drawn from; dropout has a stream of its own, named by a draw from it. */
	readonly rng: RandomStream;
	/** Layers one above the other, each fed with the outputs of the one below. Default 1. */
	readonly layers?: number;
	/** Whether each layer also runs from the last step to the first; outputs are then `[…, 2 · hiddenSize]`. Default false. */
	readonly bidirectional?: boolean;
	/** Probability that an output between two layers is dropped while training, 0 ≤ p < 1. Default 0. */
	readonly dropout?: number;
	/** Whether input is `[batch, time, features]`; else `[time, batch, features]`. Outputs likewise; states are not touched. Default true. */
	readonly batchFirst?: boolean;
	/** Whether gates have biases (two each, as in PyTorch). Default true. */
	readonly bias?: boolean;
	/**
	 * What `forward` returns: "sequence" for the outputs of all steps, `[batch, time, directions · hiddenSize]`, "last" for the final state
	 * of the top layer, `[batch, directions · hiddenSize]`. Default "sequence".
	 */
	readonly returns?: RecurrentReturns;
}

/** The same in a config. */
export interface RecurrentConfig extends Omit<RecurrentOptions, "rng" | "batchFirst"> {
	/** Values of a state. */
	readonly hidden: number;
}

/** Specs of those options. */
export const recurrentOptionSpecs: OptionSpecs<RecurrentConfig> = {
	hidden: integerOption("values of a state", undefined, { min: 1 }),
	layers: integerOption("layers one above the other", 1, { min: 1 }),
	bidirectional: truthOption("whether it also runs from the last step to the first", false),
	dropout: decayOption("probability that an output between two layers is dropped while training", 0),
	bias: truthOption("whether gates have biases", true),
	returns: choiceOption("outputs of all steps, or the final state of the top layer", ["sequence", "last"], "sequence"),
};
