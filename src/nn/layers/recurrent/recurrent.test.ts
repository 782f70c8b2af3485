/** Recurrent networks beyond single values (those are in test/oracle): lengths, states, chance, second derivatives, messages. */
import { describe, expect, test } from "vitest";
import { executors } from "../../../../test/executors.ts";
import { setParameters } from "../../../../test/oracle/set-parameters.ts";
import { RandomStream } from "../../../core/random/index.ts";
import { backward, gradients } from "../../../tensor/backward.ts";
import { mul, noGrad, randomNormal, scope, setExecutor, sum, type Tensor, tensor, zeros } from "../../../tensor/index.ts";
import { checkGradient } from "../../../testing/check-gradient.ts";
import { buildNetwork } from "../../build.ts";
import { Sequential } from "../../sequential.ts";
import { summary } from "../../summary.ts";
import { GRU } from "../gru.ts";
import { Linear } from "../linear.ts";
import { LSTM } from "../lstm.ts";
import { RNN } from "../rnn.ts";
import type { RecurrentOptions } from "./options.ts";
import type { Recurrent } from "./recurrent.ts";

setExecutor(executors[1].executor);

const stream = (name = "test"): RandomStream => new RandomStream(3, name);
type Options = Omit<RecurrentOptions, "rng">;

const kinds = {
	rnn: (inFeatures: number, hidden: number, options: Options = {}) => new RNN(inFeatures, hidden, { rng: stream(), ...options }),
	gru: (inFeatures: number, hidden: number, options: Options = {}) => new GRU(inFeatures, hidden, { rng: stream(), ...options }),
	lstm: (inFeatures: number, hidden: number, options: Options = {}) => new LSTM(inFeatures, hidden, { rng: stream(), ...options }),
};

type AnyRecurrent = Recurrent<unknown>;
const statesOf = (state: unknown): Tensor[] => ("hidden" in (state as object) ? Object.values(state as object) : [state as Tensor]);
const values = (x: Tensor): number[] => [...x.dataSync()];

function gradientsOf(model: AnyRecurrent, loss: Tensor): Record<string, number[]> {
	const parameters = Object.entries(model.parameters());
	for (const [, parameter] of parameters) parameter.zeroGrad();
	backward(loss);
	return Object.fromEntries(parameters.map(([path, { grad }]) => [path, values(grad as Tensor)]));
}

/** Both are sums of the same float32 products in another order. */
function expectClose(received: readonly number[], expected: readonly number[], what: string): void {
	expect(received.length, what).toBe(expected.length);
	received.forEach((value, i) => {
		expect(Math.abs(value - expected[i]), `${what}, element ${i}`).toBeLessThan(2e-6 * (1 + Math.abs(expected[i])));
	});
}

describe.each(Object.entries(kinds))("%s", (_, make) => {
	// All three behind one face; `statesOf` reads their states.
	const build = make as unknown as (inFeatures: number, hidden: number, options?: Options) => AnyRecurrent;

	test.each([false, true])(
		"a batch with lengths equals its examples run alone, cut to their length (bidirectional %s)",
		(bidirectional) => {
			const model = build(2, 3, { layers: 2, bidirectional });
			const lengths = [4, 1, 3];
			const x = randomNormal([3, 5, 2], stream("x"));
			const together = model.run(x, { lengths });
			const alone = lengths.map((length, i) =>
				model.run(
					x.slice([
						[i, i + 1],
						[0, length],
					]),
				),
			);
			alone.forEach(({ output, state }, i) => {
				const own = together.output.slice([
					[i, i + 1],
					[0, lengths[i]],
				]);
				expectClose(values(own), values(output), `output of example ${i}`);
				expect(values(together.output.at(i, [lengths[i], null])).every((value) => value === 0)).toBe(true);
				statesOf(state).forEach((one, s) => {
					expectClose(values(statesOf(together.state)[s].narrow(1, [i, i + 1])), values(one), `state ${s} of example ${i}`);
				});
			});
			const weigh = ({ output, state }: { output: Tensor; state: unknown }): Tensor =>
				statesOf(state).reduce((total, one) => total.add(one.square().sum()), output.square().sum());
			const expected = gradientsOf(
				model,
				alone.map(weigh).reduce((a, b) => a.add(b)),
			);
			const received = gradientsOf(model, weigh(model.run(x, { lengths })));
			for (const [path, gradient] of Object.entries(expected)) expectClose(received[path], gradient, path);
		},
	);

	test("what stands past an example's end is not looked at, NaN neither", () => {
		const model = build(2, 3, { bidirectional: true });
		const x = randomNormal([2, 4, 2], stream("x"));
		const spoilt = tensor(
			values(x).map((value, i) => (i >= 4 && i < 8 ? Number.NaN : value)),
			{ shape: x.shape },
		);
		const run = (input: Tensor) => {
			const { output } = model.run(input, { lengths: Int32Array.of(2, 4) });
			return [values(output), gradientsOf(model, output.square().sum())];
		};
		expect(run(spoilt)).toEqual(run(x));
	});

	test("lengths may be a tensor, and full lengths change nothing", () => {
		const model = build(2, 3);
		const x = randomNormal([2, 4, 2], stream("x"));
		const full = model.run(x, { lengths: tensor(Int32Array.of(4, 4)) });
		expect(values(full.output)).toEqual(values(model.run(x).output));
	});

	test("a sequence run in two parts, the state handed on, equals one run", () => {
		const model = build(2, 3, { layers: 2 });
		const x = randomNormal([2, 6, 2], stream("x"));
		const whole = model.run(x);
		const first = model.run(x.narrow(1, [0, 2]));
		const second = model.run(x.narrow(1, [2, 6]), { state: first.state });
		expectClose(values(second.output), values(whole.output.narrow(1, [2, 6])), "output");
		statesOf(second.state).forEach((state, s) => {
			expectClose(values(state), values(statesOf(whole.state)[s]), `state ${s}`);
		});
	});

	test("time first is the same with axes exchanged", () => {
		const x = randomNormal([2, 4, 3], stream("x"));
		const output = build(3, 2).forward(x);
		const exchanged = build(3, 2, { batchFirst: false }).forward(x.transpose(0, 1));
		expect(values(exchanged.transpose(0, 1))).toEqual(values(output));
	});

	test("the last state is the end of the forward pass beside the end of the one in reverse", () => {
		const x = randomNormal([2, 4, 3], stream("x"));
		const options = { layers: 2, bidirectional: true };
		const sequence = build(3, 2, options).forward(x);
		const last = build(3, 2, { ...options, returns: "last" }).forward(x);
		expect(last.shape).toEqual([2, 4]);
		expect(values(last.narrow(1, [0, 2]))).toEqual(values(sequence.at(":", -1, [0, 2])));
		expect(values(last.narrow(1, [2, 4]))).toEqual(values(sequence.at(":", 0, [2, 4])));
	});

	test("dropout falls between layers only, repeats with the seed, and rests in inference", () => {
		const x = randomNormal([2, 4, 3], stream("x"));
		const dropping = (): AnyRecurrent => build(3, 8, { layers: 2, dropout: 0.5 });
		const [a, b] = [dropping(), dropping()];
		const trained = values(a.forward(x));
		expect(values(b.forward(x))).toEqual(trained);
		expect(values(a.forward(x))).not.toEqual(trained);
		// The first layer's state comes before any dropout, and the output is not dropped.
		expect(values(statesOf(a.run(x).state)[0].at(0))).toEqual(values(statesOf(a.eval().run(x).state)[0].at(0)));
		expect(trained.every((value) => value !== 0)).toBe(true);
		const resting = values(a.forward(x));
		expect(values(a.forward(x))).toEqual(resting);
	});

	test.each([
		{ bidirectional: false, lengths: undefined },
		{ bidirectional: true, lengths: [2, 1] },
	])("second derivatives are limits of differences of the first (%j)", ({ bidirectional, lengths }) => {
		const model = build(1, 2, { bidirectional });
		const paths = Object.keys(model.parameters());
		const parameters = Object.values(model.parameters()).map((parameter) => parameter.detach());
		const gradient = (x: Tensor, ...weights: Tensor[]): Tensor => {
			setParameters(model, Object.fromEntries(paths.map((path, i) => [path, weights[i]])));
			const loss = model.run(x, { lengths }).output.square().sum();
			const [gradX, gradWeight] = gradients(loss, [x, weights[1]], { createGraph: true });
			return sum(mul(gradX, gradX)).add(gradWeight.square().sum());
		};
		expect(checkGradient(gradient, [randomNormal([2, 2, 1], stream("x")), ...parameters]).comparedCount).toBeGreaterThan(10);
	});

	test("inference gives what training gives and keeps nothing", () => {
		const model = build(3, 4);
		const x = randomNormal([2, 5, 3], stream("x"));
		expect(values(noGrad(() => model.forward(x)))).toEqual(values(model.forward(x)));
		const used = (run: () => Tensor): number =>
			scope(() => {
				const before = x.executor.memory().blockCount;
				run();
				return x.executor.memory().blockCount - before;
			});
		expect(used(() => noGrad(() => scope(() => model.forward(x))))).toBe(1);
	});

	test("what does not fit is refused by name", () => {
		const model = build(3, 4, { layers: 2 });
		const x = zeros([2, 5, 3]);
		const named = new RegExp(`^${model.describe()} got input \\[2, 5, 3\\]\\.\n {2}Expected `);
		expect(() => model.run(x, { lengths: [5, 6] })).toThrow(named);
		expect(() => model.run(x, { lengths: [5, 6] })).toThrow(/lengths from 1 to 5 .*received 6 for example 1.*pad the batch/s);
		expect(() => model.run(x, { lengths: [0, 5] })).toThrow(/received 0 for example 0.*leave empty examples out/s);
		expect(() => model.run(x, { lengths: [5] })).toThrow(/lengths of shape \[2\], one for each example, received \[1\]/);
		expect(() => model.run(x, { lengths: [1.5, 5] })).toThrow(/received 1.5/);
		expect(() => model.forward(zeros([2, 5, 2]))).toThrow(/the last axis to be 3 \(inFeatures\), received 2/);
		expect(() => model.forward(zeros([2, 3]))).toThrow(/3 axes \[batch, time, features\], received 2/);
		expect(() => model.forward(zeros([2, 0, 3]))).toThrow(/at least one step/);
		const state = statesOf(model.run(x).state).length === 2 ? { hidden: zeros([1, 2, 4]), cell: zeros([2, 2, 4]) } : zeros([1, 2, 4]);
		expect(() => model.run(x, { state })).toThrow(/states of shape \[2, 2, 4\] \(layers · directions, batch, hiddenSize\)/);
		expect(() => build(3, 4, { dropout: 0.5 })).toThrow(/two layers or more for dropout/);
		expect(() => build(3, 0)).toThrow(/hiddenSize/);
		expect(() => new Sequential([new Linear(4, 2, { rng: stream() }), model]).forward(zeros([2, 5, 4]))).toThrow(/^model\.1 \(/);
	});
});

test("parameters have PyTorch's shapes, names that say where they stand, and first values within 1/√hidden", () => {
	const lstm = new LSTM(3, 16, { rng: stream(), layers: 2, bidirectional: true });
	const shapes = Object.entries(lstm.parameters()).map(([path, { shape }]) => `${path} ${shape.join("×")}`);
	expect(shapes.slice(0, 5)).toEqual([
		"layers.0.inputWeight 64×3",
		"layers.0.stateWeight 64×16",
		"layers.0.inputBias 64",
		"layers.0.stateBias 64",
		"layers.1.inputWeight 64×32",
	]);
	expect(shapes).toContain("reverseLayers.1.stateBias 64");
	const drawn = values(lstm.layers[0].stateWeight);
	expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(0.25);
	expect(Math.max(...drawn)).toBeGreaterThan(0.24);
});

test("forgetBias raises the forget gates' first bias and nothing else", () => {
	const [plain, raised] = [0, 2].map((forgetBias) => new LSTM(3, 2, { rng: stream(), forgetBias }).state().tensors);
	for (const [path, { data }] of Object.entries(raised)) {
		const expected = plain[path].data.map((value, i) =>
			path === "layers.0.inputBias" && (i === 2 || i === 3) ? Math.fround(value + 2) : value,
		);
		expect([...data], path).toEqual([...expected]);
	}
	expect(() => new LSTM(3, 2, { rng: stream(), forgetBias: 1, bias: false })).toThrow(/expected biases where forgetBias is given/);
});

test("configs build them, on what an embedding gives too", () => {
	const build = (layers: Parameters<typeof buildNetwork>[0], inputShape: number[]) => buildNetwork(layers, { inputShape, rng: stream() });
	const model = build([{ lstm: { hidden: 6, returns: "last" } }, { linear: 2 }], [5, 3]);
	expect(model.forward(zeros([4, 5, 3])).shape).toEqual([4, 2]);
	expect(model.layers[0].describe()).toBe("lstm 3 → 6");
	expect(build([{ gru: 6 }], [5, 3]).forward(zeros([4, 5, 3])).shape).toEqual([4, 5, 6]);
	const deep = build([{ rnn: { hidden: 4, layers: 2, bidirectional: true, activation: "relu", dropout: 0.1 } }], [5, 3]);
	expect(deep.layers[0].describe()).toBe("rnn 3 → 4, 2 layers, bidirectional");
	const tokens = build([{ embedding: { count: 9, dim: 4 } }, { gru: { hidden: 6, returns: "last" } }], [5]);
	expect(tokens.forward(zeros([2, 5])).shape).toEqual([2, 6]);
	expect(() => build([{ lstm: 6 }], [3])).toThrow(
		/lstm: expected examples of shape \[time, features\] before it, received \[3\].*Try: an embedding/s,
	);
	expect(() => build([{ lstm: { hidden: 6, returns: "lsat" } }], [5, 3])).toThrow(/expected returns to be one of "sequence", "last"/);
});

test("a summary counts each step's products: 4 gates of 6 from 3 inputs and 6 states, 5 steps", () => {
	const { multiplyAdds, parameterCount } = summary(new LSTM(3, 6, { rng: stream() }), [5, 3]);
	expect({ multiplyAdds, parameterCount }).toEqual({ multiplyAdds: 5 * 24 * (3 + 6), parameterCount: 24 * (3 + 6 + 2) });
});
