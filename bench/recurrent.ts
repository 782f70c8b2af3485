/**
 * Recurrent layers beside PyTorch on the same machine, rounds interleaved: 64 features, hidden 64, batch 32, 50 steps; forward and
 * backward ("train") and forward alone ("infer").
 *
 *     npm run -s bench -- recurrent [--json] [--threads 1] [--rounds 10] [--only lstm]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
	createNativeExecutor,
	createWasmExecutor,
	type Executor,
	GRU,
	LSTM,
	type Module,
	noGrad,
	RandomStream,
	RNN,
	randomNormal,
	scope,
	withExecutor,
} from "gradus";
import { Server } from "./versus/server.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		threads: { type: "string", default: "1" },
		rounds: { type: "string", default: "10" },
		only: { type: "string", default: "lstm,gru,rnn" },
		python: { type: "string", default: "/usr/bin/python3" },
	},
});
const [HIDDEN, BATCH, TIME] = [64, 32, 50];
const STEPS = 10;

const kinds: Readonly<Record<string, (rng: RandomStream) => Module>> = {
	lstm: (rng) => new LSTM(HIDDEN, HIDDEN, { rng }),
	gru: (rng) => new GRU(HIDDEN, HIDDEN, { rng }),
	rnn: (rng) => new RNN(HIDDEN, HIDDEN, { rng }),
};

/** Microseconds of each of the next steps of a contestant. */
type Run = (count: number) => Promise<number[]>;

function ours(kind: string, variant: string, executor: Executor): Run {
	const rng = new RandomStream(1);
	const { model, x } = withExecutor(executor, () => ({ model: kinds[kind](rng), x: randomNormal([BATCH, TIME, HIDDEN], rng) }));
	const parameters = Object.values(model.parameters());
	const train = (): void => {
		for (const parameter of parameters) parameter.zeroGrad();
		model.forward(x).sum().backward();
	};
	const infer = (): void => noGrad(() => void model.forward(x));
	return async (count) =>
		Array.from({ length: count }, () => {
			const start = performance.now();
			withExecutor(executor, () => scope(variant === "train" ? train : infer));
			return (performance.now() - start) * 1000;
		});
}

async function main(): Promise<void> {
	const threads = Number(values.threads);
	const executors: Record<string, Executor> = { native: createNativeExecutor(), wasm: createWasmExecutor() };
	for (const executor of Object.values(executors)) await executor.setThreads?.(threads);
	const torch = new Server([values.python, fileURLToPath(new URL("recurrent_torch.py", import.meta.url)), "--threads", `${threads}`]);
	for (const work of values.only.split(",")) {
		for (const variant of ["train", "infer"]) {
			const asked: Run = async (steps) => {
				const { times, unsupported } = await torch.ask({ work, variant, steps }, 120);
				if (times === undefined) throw new Error(`PyTorch did not answer: ${unsupported}`);
				return times;
			};
			const runs: [string, Run][] = [
				["torch", asked],
				...Object.entries(executors).map(([name, executor]): [string, Run] => [name, ours(work, variant, executor)]),
			];
			report(work, variant, await interleaved(runs));
		}
	}
	torch.stop();
}

async function interleaved(runs: readonly [string, Run][]): Promise<Map<string, number[]>> {
	const times = new Map(runs.map(([name]): [string, number[]] => [name, []]));
	for (const [, run] of runs) await run(3 * STEPS);
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const [name, run] of runs) times.get(name)?.push(...(await run(STEPS)));
	}
	return times;
}

function report(work: string, variant: string, times: ReadonlyMap<string, readonly number[]>): void {
	const sorted = new Map([...times].map(([name, list]) => [name, list.toSorted((a, b) => a - b)]));
	const medianOf = (list: readonly number[]): number => list[list.length >> 1];
	const rival = medianOf(sorted.get("torch") ?? [Number.NaN]);
	for (const [name, list] of sorted) {
		const [median, best] = [medianOf(list), list[0]];
		if (values.json) console.log(JSON.stringify({ work, variant, contestant: name, threads: Number(values.threads), median, best }));
		else {
			const ratio = name === "torch" ? "" : `${(rival / median).toFixed(2)} × as fast as torch`;
			console.log(
				`${work.padEnd(5)} ${variant.padEnd(6)} ${name.padEnd(7)} median ${(median / 1000).toFixed(2).padStart(6)} ms  best ${(best / 1000).toFixed(2).padStart(6)}  ${ratio}`,
			);
		}
	}
}

await main();
process.exit(0);
