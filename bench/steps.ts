/**
 * Training steps of the works on Gradus: one JSON line per work and executor, or a table. With `--server` it answers the questions of
 * `versus.ts` on standard input instead.
 *
 *     npm run -s bench -- steps --json --only W1,W3 --executor wasm --threads 1
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createNativeExecutor, createWasmExecutor, type Executor, hasNativeExecutor, matmul, scope, tensor } from "gradus";
import { buildWork, type Step } from "./gradus-model.ts";
import { type WorkName, workData, workNames, works } from "./works.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		only: { type: "string", default: workNames.join(",") },
		executor: { type: "string", default: hasNativeExecutor() ? "native,wasm" : "wasm" },
		threads: { type: "string", default: "1" },
		seconds: { type: "string", default: "2" },
		rounds: { type: "string", default: "3" },
		server: { type: "boolean", default: false },
	},
});
const threads = Number(values.threads);

async function executorNamed(name: string): Promise<Executor> {
	const executor = name === "native" ? createNativeExecutor() : createWasmExecutor();
	if (threads > 1) await executor.setThreads?.(threads);
	return executor;
}

/** A work on an executor, its batches taken in turn. */
class Run {
	readonly #step: (batch: number) => Step;
	readonly #batchCount: number;
	#count = 0;

	constructor(work: WorkName, executor: Executor, options: { dropout: boolean }) {
		const data = workData(work);
		this.#step = buildWork({ ...works[work], ...data }, executor, options);
		this.#batchCount = data.batches.length;
	}

	/** Microseconds of one step; nothing is read back. */
	time(): number {
		const batch = this.#count++ % this.#batchCount;
		const start = performance.now();
		const step = this.#step(batch);
		const end = performance.now();
		step.release();
		return (end - start) * 1000;
	}

	/** The loss before each of the next updates. */
	losses(count: number): number[] {
		return Array.from({ length: count }, () => {
			const step = this.#step(this.#count++ % this.#batchCount);
			const loss = step.loss();
			step.release();
			return loss;
		});
	}
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1];

function say(about: { work: WorkName; executor: string }, times: readonly number[]): void {
	const sorted = times.toSorted((a, b) => a - b);
	const [usPerStep, min, max] = [median(sorted), sorted[0], sorted[sorted.length - 1]].map((us) => Math.round(us * 10) / 10);
	const { work, executor } = about;
	if (values.json) console.log(JSON.stringify({ work, executor, threads, usPerStep, min, max, steps: sorted.length }));
	else console.log(`${work}  ${executor.padEnd(7)} ${threads} thread(s)  median ${usPerStep} µs  best ${min} µs  (${sorted.length} steps)`);
}

function timesFor(run: Run, seconds: number): number[] {
	const times: number[] = [];
	const end = performance.now() + seconds * 1000;
	do times.push(run.time());
	while (performance.now() < end);
	return times;
}

async function report(): Promise<void> {
	const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
	for (const work of values.only.split(",") as WorkName[]) {
		if (!(work in works)) throw new Error(`There is no work "${work}"; expected some of ${workNames.join(", ")}.`);
		const runs = await Promise.all(
			values.executor
				.split(",")
				.map(async (executor) => ({ executor, run: new Run(work, await executorNamed(executor), { dropout: true }) })),
		);
		const times = runs.map(() => [] as number[]);
		for (const { run } of runs) timesFor(run, seconds / 4);
		// Rounds alternate between executors, so that all meet the machine's good and bad moments.
		for (let round = 0; round < rounds; round++) {
			for (const [i, { run }] of runs.entries()) times[i].push(...timesFor(run, seconds / rounds));
		}
		for (const [i, { executor }] of runs.entries()) say({ work, executor }, times[i]);
	}
}

interface Question {
	readonly work?: WorkName;
	readonly variant: string;
	readonly steps?: number;
	readonly losses?: number;
	readonly matmul?: number;
	readonly seconds?: number;
}

function multiplied(executor: Executor, n: number, seconds: number): { gflops: number; best: number } {
	const [a, b] = [1, 2].map((k) =>
		tensor(
			Float32Array.from({ length: n * n }, (_, i) => Math.sin(k * i)),
			{ shape: [n, n], executor },
		),
	);
	const rates: number[] = [];
	for (const end = performance.now() + seconds * 1000; rates.length < 3 || performance.now() < end; ) {
		const start = performance.now();
		scope(() => {
			matmul(a, b);
		});
		rates.push((2 * n ** 3) / (performance.now() - start) / 1e6);
	}
	rates.sort((x, y) => x - y);
	return { gflops: median(rates), best: rates[rates.length - 1] };
}

async function serve(): Promise<void> {
	const executors = new Map<string, Executor>();
	const warm = new Map<string, Run>();
	for await (const line of createInterface({ input: process.stdin })) {
		const question = JSON.parse(line) as Question;
		const { work, variant } = question;
		const executor = executors.get(variant) ?? (await executorNamed(variant));
		executors.set(variant, executor);
		if (question.matmul !== undefined) console.log(JSON.stringify(multiplied(executor, question.matmul, question.seconds ?? 0.3)));
		else if (work !== undefined && question.losses !== undefined) {
			console.log(JSON.stringify({ losses: new Run(work, executor, { dropout: false }).losses(question.losses) }));
		} else if (work !== undefined) {
			const key = `${work} ${variant}`;
			let run = warm.get(key);
			if (run === undefined) {
				run = new Run(work, executor, { dropout: true });
				timesFor(run, 0.5);
				warm.set(key, run);
			}
			const warmRun = run;
			console.log(JSON.stringify({ times: Array.from({ length: question.steps ?? 1 }, () => warmRun.time()) }));
		}
	}
}

await (values.server ? serve() : report());
process.exit(0);
