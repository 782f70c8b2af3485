/** Sequence models learn what they are for: memory over many steps, and order. Each within a stated number of steps, from a fixed seed. */
import { expect, test } from "vitest";
import { RandomStream } from "../src/core/random/index.ts";
import { Embedding, GRU, Linear, LSTM, type Module, PositionalEncoding, Sequential, TransformerEncoder } from "../src/nn/index.ts";
import { adam } from "../src/optim/index.ts";
import { scope, setExecutor, type Tensor, tensor } from "../src/tensor/index.ts";
import { executors } from "./executors.ts";

setExecutor(executors[1].executor);

interface Batch {
	readonly x: Tensor;
	/** A class for each row of the output seen as `[rows, classes]`. */
	readonly target: Tensor;
}

/** Trains with Adam and gives the share of right answers on a fresh batch. */
function learn(model: Module, draw: (rng: RandomStream) => Batch, { steps, lr }: { steps: number; lr: number }): number {
	const rng = new RandomStream(11, "data");
	const optimizer = adam(model.parameters(), { lr });
	const logitsOf = ({ x, target }: Batch): Tensor => model.forward(x).reshape([target.size, -1]);
	for (let i = 0; i < steps; i++) {
		scope(() => {
			const batch = draw(rng);
			logitsOf(batch).crossEntropy(batch.target).backward();
			optimizer.step();
			optimizer.zeroGrad();
		});
	}
	model.eval();
	return scope(() => {
		const batch = draw(rng);
		return logitsOf(batch).argMax(-1).eq(batch.target).to("float32").mean().item();
	});
}

function tokens(rng: RandomStream, count: number, kinds: number): Int32Array {
	return Int32Array.from({ length: count }, () => rng.integer(0, kinds));
}

const TIME = 20;
const BATCH = 32;

/** The first of 20 tokens, 0 … 3, is asked for at the end; those between, 4 … 7, are noise. */
function firstToken(rng: RandomStream): Batch {
	const drawn = tokens(rng, BATCH * TIME, 4).map((token, i) => (i % TIME === 0 ? token : token + 4));
	const target = Int32Array.from({ length: BATCH }, (_, i) => drawn[i * TIME]);
	return { x: tensor(drawn, { shape: [BATCH, TIME] }), target: tensor(target) };
}

test.each([
	{ name: "LSTM", steps: 300, make: (rng: RandomStream) => new LSTM(8, 24, { rng, returns: "last", forgetBias: 2 }) },
	{ name: "GRU", steps: 300, make: (rng: RandomStream) => new GRU(8, 24, { rng, returns: "last" }) },
])("$name recalls the first of 20 tokens within $steps steps", ({ make, steps }) => {
	const rng = new RandomStream(1);
	const model = new Sequential([new Embedding(8, 8, { rng }), make(rng), new Linear(24, 4, { rng })]);
	expect(learn(model, firstToken, { steps, lr: 0.01 })).toBeGreaterThan(0.95);
});

test("a transformer of one block reverses sequences of 6 within 400 steps", () => {
	const reversed = (rng: RandomStream): Batch => {
		const rows = Array.from({ length: BATCH }, () => [...tokens(rng, 6, 5)]);
		return {
			x: tensor(Int32Array.from(rows.flat()), { shape: [BATCH, 6] }),
			target: tensor(Int32Array.from(rows.flatMap((row) => row.toReversed()))),
		};
	};
	const rng = new RandomStream(1);
	const model = new Sequential([
		new Embedding(5, 16, { rng }),
		new PositionalEncoding(16, { rng }),
		new TransformerEncoder(16, { heads: 2, hidden: 32, dropout: 0, rng }),
		new Linear(16, 5, { rng }),
	]);
	expect(learn(model, reversed, { steps: 400, lr: 0.005 })).toBeGreaterThan(0.97);
});
