/** Recurrent and attention layers with sample inputs: their rows of layers-samples.ts. */
import type { RandomStream } from "../src/core/random/index.ts";
import * as nn from "../src/nn/index.ts";
import type { LayerSubject } from "../src/testing/index.ts";

const sequences = { inputShapes: [[2, 3, 4]], badInputs: [[2, 3, 5], [2, 4], []] };
/** Several steps and examples, and one of each. */
const anyTime = {
	...sequences,
	inputShapes: [
		[2, 3, 4],
		[1, 1, 4],
	],
};

function encoder(rng: RandomStream, options: { normFirst?: boolean; dropout: number }): nn.TransformerEncoder {
	return new nn.TransformerEncoder(4, { heads: 2, hidden: 5, layers: 2, activation: "gelu", rng, ...options });
}

/** As in layers-samples.ts. */
export const sequenceSamples: Readonly<Record<string, LayerSubject>> = {
	rnn: { ...anyTime, make: (rng) => new nn.RNN(4, 3, { rng }) },
	"rnn with relu, time first, without bias": {
		...anyTime,
		make: (rng) => new nn.RNN(4, 3, { rng, activation: "relu", batchFirst: false, bias: false }),
	},
	gru: { ...anyTime, make: (rng) => new nn.GRU(4, 3, { rng }) },
	"gru in both directions, last state": { ...sequences, make: (rng) => new nn.GRU(4, 2, { rng, bidirectional: true, returns: "last" }) },
	lstm: { ...anyTime, make: (rng) => new nn.LSTM(4, 3, { rng }) },
	"lstm with one value of state": { ...sequences, make: (rng) => new nn.LSTM(4, 1, { rng }) },
	"lstm of two layers with dropout, in both directions": {
		...sequences,
		make: (rng) => new nn.LSTM(4, 2, { rng, layers: 2, dropout: 0.4, bidirectional: true }),
		stochastic: true,
	},
	multiHeadAttention: { ...anyTime, make: (rng) => new nn.MultiHeadAttention(4, { heads: 2, rng }) },
	"multiHeadAttention, causal, with dropout": {
		...anyTime,
		make: (rng) => new nn.MultiHeadAttention(4, { heads: 2, rng, causal: true, dropout: 0.3 }),
		stochastic: true,
	},
	transformerEncoder: { ...sequences, make: (rng) => encoder(rng, { dropout: 0.2 }), stochastic: true },
	"transformerEncoder, norm first": { ...sequences, make: (rng) => encoder(rng, { normFirst: true, dropout: 0.1 }), stochastic: true },
	positionalEncoding: { ...anyTime, make: (rng) => new nn.PositionalEncoding(4, { rng }) },
	learnedPositions: {
		make: (rng) => new nn.LearnedPositions(3, 4, { rng }),
		inputShapes: [[2, 3, 4]],
		badInputs: [
			[2, 4, 4],
			[2, 3, 5],
		],
	},
};
