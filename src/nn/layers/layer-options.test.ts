/** What people are told who forget a layer's options: plain JavaScript has no types that would ask for them. */
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import {
	AlphaDropout,
	BasicBlock,
	Conv1d,
	Conv2d,
	ConvTranspose1d,
	ConvTranspose2d,
	Dropout,
	DropPath,
	EmbedColumns,
	Embedding,
	EmbeddingBag,
	GRU,
	LearnedPositions,
	Linear,
	LSTM,
	MultiHeadAttention,
	PositionalEncoding,
	RNN,
	SpatialDropout,
	TransformerEncoder,
	TransformerEncoderLayer,
} from "./list.ts";

type AnyLayer = new (...args: unknown[]) => unknown;

const drawing: readonly (readonly [object, readonly unknown[]])[] = [
	[Linear, [3, 2]],
	[Conv1d, [3, 8]],
	[Conv2d, [3, 8]],
	[ConvTranspose1d, [8, 3]],
	[ConvTranspose2d, [8, 3]],
	[Embedding, [100, 8]],
	[EmbeddingBag, [100, 8]],
	[EmbedColumns, [5, [[120, 8]]]],
	[LearnedPositions, [50, 64]],
	[PositionalEncoding, [64]],
	[Dropout, []],
	[AlphaDropout, []],
	[SpatialDropout, []],
	[DropPath, []],
	[RNN, [8, 16]],
	[GRU, [8, 16]],
	[LSTM, [8, 16]],
	[MultiHeadAttention, [64]],
	[TransformerEncoderLayer, [64]],
	[TransformerEncoder, [64]],
	[BasicBlock, [16, 32]],
];

function messageOf(make: () => unknown): string {
	try {
		make();
	} catch (error) {
		return `${(error as Error).name}: ${(error as Error).message}`;
	}
	return "no error";
}

describe("a layer that draws numbers", () => {
	it.each(drawing.map(([Layer, args]) => [(Layer as AnyLayer).name, Layer as AnyLayer, args] as const))(
		"%s asks for options with a random stream, by a call that works",
		(name, Layer, args) => {
			for (const [options, received] of [
				[[], "none"],
				[[null], "none"],
				[[{ kernel: 3, heads: 4 }], "none"],
				[[{ rng: 42 }], "42"],
			] as const) {
				const message = messageOf(() => new Layer(...args, ...options));
				expect(message).toMatch(/^ArgumentError: \w+: expected rng among the options, the RandomStream that it draws from, received /);
				expect(message).toContain(`received ${received}.\n  Try: new ${name}(`);
			}
			const [, attempt] = /Try: (new .*)\.$/.exec(messageOf(() => new Layer(...args))) ?? [];
			const made: unknown = new Function("RandomStream", name, `return ${attempt}`)(RandomStream, Layer);
			expect(made).toBeInstanceOf(Layer);
		},
	);
});
