/** RNN, GRU and LSTM against PyTorch: outputs, final states, gradients in all parameters. Fixtures: make_recurrent.py. */
import { RandomStream } from "../../src/core/random/index.ts";
import { GRU, LSTM, RNN } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";
import { setParameters } from "./set-parameters.ts";

interface Args {
	readonly hidden: number;
	readonly layers: number;
	readonly bidirectional: boolean;
	readonly bias: boolean;
	readonly batchFirst: boolean;
	readonly state: boolean;
	readonly lengths: readonly number[] | null;
	readonly activation?: "tanh" | "relu";
}

/** PyTorch's parameters lie by layer, then by direction: weight_ih, weight_hh, bias_ih, bias_hh. */
function fromPyTorch(parameters: readonly Tensor[], { layers, bidirectional, bias }: Args): Record<string, Tensor> {
	const names = ["inputWeight", "stateWeight", ...(bias ? ["inputBias", "stateBias"] : [])];
	const lists = bidirectional ? ["layers", "reverseLayers"] : ["layers"];
	const paths = Array.from({ length: layers }, (_, layer) => lists.flatMap((list) => names.map((name) => `${list}.${layer}.${name}`)));
	return Object.fromEntries(paths.flat().map((path, i) => [path, parameters[i]]));
}

const rng = new RandomStream(1);

const oneState =
	(Kind: typeof RNN | typeof GRU): Call =>
	([x, ...rest], [given]) => {
		const { hidden, state, lengths, ...options } = given as Args;
		const model = new Kind(x.shape[2], hidden, { ...options, rng });
		setParameters(model, fromPyTorch(rest.slice(state ? 1 : 0), given as Args));
		const run = model.run(x, { state: state ? rest[0] : undefined, lengths: lengths ?? undefined });
		return [run.output, run.state];
	};

const lstm: Call = ([x, ...rest], [given]) => {
	const { hidden, state, lengths, ...options } = given as Args;
	const model = new LSTM(x.shape[2], hidden, { ...options, rng });
	setParameters(model, fromPyTorch(rest.slice(state ? 2 : 0), given as Args));
	const initial = state ? { hidden: rest[0], cell: rest[1] } : undefined;
	const run = model.run(x, { state: initial, lengths: lengths ?? undefined });
	return [run.output, run.state.hidden, run.state.cell];
};

/** Up to eight cells one after the other, each with a few float32 roundings of values of size 1. */
const chained: Tolerance = { relative: 5e-6, absolute: 3e-6 };
/** Sums of up to 36 such terms of size 1 … 10, which partly cancel. */
const chainedSums: Tolerance = { relative: 1e-5, absolute: 1e-5 };

checkAgainstOracle("recurrent", {
	calls: { rnn: oneState(RNN), gru: oneState(GRU), lstm },
	tolerances: { rnn: chained, gru: chained, lstm: chained },
	gradientTolerances: { rnn: chainedSums, gru: chainedSums, lstm: chainedSums },
});
