/**
 * Training steps of the works on Gradus: one JSON line per work and executor, or a table.
 *
 *     npm run -s bench -- steps --json --only W1,W3 --executor wasm --threads 1
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { createNativeExecutor, createWasmExecutor, type Executor, findsBlas } from "gradus";
import { buildWork } from "./gradus-model.ts";
import { type WorkName, workData, workNames, works } from "./works.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		only: { type: "string", default: workNames.join(",") },
		executor: { type: "string", default: findsBlas() ? "native,wasm" : "wasm" },
		threads: { type: "string", default: "1" },
		seconds: { type: "string", default: "2" },
		rounds: { type: "string", default: "3" },
	},
});

async function executorNamed(name: string, threads: number): Promise<Executor> {
	const executor = name === "native" ? createNativeExecutor() : createWasmExecutor();
	if (threads > 1) await executor.setThreads?.(threads);
	return executor;
}

interface Run {
	readonly work: WorkName;
	readonly executor: string;
	readonly step: () => void;
	readonly times: number[];
}

function timeFor(run: Run, seconds: number): void {
	const end = performance.now() + seconds * 1000;
	do {
		const start = performance.now();
		run.step();
		run.times.push((performance.now() - start) * 1000);
	} while (performance.now() < end);
}

function say(run: Run, threads: number): void {
	const sorted = run.times.sort((a, b) => a - b);
	const { work, executor } = run;
	const [usPerStep, min, max] = [sorted[sorted.length >> 1], sorted[0], sorted[sorted.length - 1]].map((us) => Math.round(us * 10) / 10);
	if (values.json) console.log(JSON.stringify({ work, executor, threads, usPerStep, min, max, steps: sorted.length }));
	else console.log(`${work}  ${executor.padEnd(7)} ${threads} thread(s)  median ${usPerStep} µs  best ${min} µs  (${sorted.length} steps)`);
}

const threads = Math.min(Number(values.threads), availableParallelism());
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
for (const work of values.only.split(",") as WorkName[]) {
	if (!(work in works)) throw new Error(`There is no work "${work}"; expected some of ${workNames.join(", ")}.`);
	const data = workData(work);
	const runs: Run[] = [];
	for (const executor of values.executor.split(",")) {
		const made = await executorNamed(executor, threads);
		const stepOn = buildWork({ ...works[work], ...data }, made, { dropout: true });
		let count = 0;
		const step = (): void => stepOn(count++ % data.batches.length).release();
		runs.push({ work, executor, step, times: [] });
	}
	// Rounds alternate between executors, so that both meet the machine's good and bad moments.
	for (const run of runs) {
		timeFor(run, seconds / 4);
		run.times.length = 0;
	}
	for (let round = 0; round < rounds; round++) for (const run of runs) timeFor(run, seconds / rounds);
	for (const run of runs) say(run, threads);
}
process.exit(0);
