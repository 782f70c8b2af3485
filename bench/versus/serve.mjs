/**
 * What the rivals written in JavaScript share: reading a work, the clock, and the protocol of torch_steps.py:
 *
 *     node jax_steps.mjs --data FOLDER [--only W1,W3] [--threads 1] [--losses]
 *     node jax_steps.mjs --data FOLDER --server
 *
 * plus `{"matmul": 512, "seconds": 0.5}` -> `{"gflops": median, "best": ...}`.
 *
 * A rival is `{ name, threads, variantsOf(work), stepperOf(work, variant, { dropout }), multiplierOf(n) }`. A stepper
 * does one full step on the batch it is given by index and returns a function that reads that step's loss.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const WARMUP_STEPS = 5;
const WARMUP_SECONDS = 2;
const MAX_STEPS = 2000;
const MATMUL_OPERATIONS = 2e7; // a sample: long beside the clock's resolution

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/** The work as `writeWork` wrote it, with `data` beside each array's shape. */
function readWork(folder, name) {
	const manifest = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8"));
	const file = readFileSync(join(folder, name, "data.bin"));
	const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength); // offsets become aligned
	const values = ({ dtype, shape, offset, ...rest }) => {
		const Values = dtype === "int32" ? Int32Array : Float32Array;
		return { ...rest, shape, data: new Values(bytes, offset, sizeOf(shape)) };
	};
	const batches = manifest.batches.map(({ x, y }) => ({ x: values(x), y: values(y) }));
	return { ...manifest, params: manifest.params.map(values), batches };
}

/** All layers of a work, those inside residual blocks included. */
export const allLayers = (layers) =>
	layers.flatMap((layer) => (layer.kind === "residual" ? [layer, ...allLayers(layer.body), ...allLayers(layer.shortcut)] : [layer]));

export const usesLayer = (work, kinds) => allLayers(work.layers).some(({ kind }) => kinds.includes(kind));

export function oneHot({ data }, classCount) {
	const rows = new Float32Array(data.length * classCount);
	for (const [row, label] of data.entries()) rows[row * classCount + label] = 1;
	return rows;
}

function summary(times) {
	const sorted = [...times].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	return { usPerStep: median, min: sorted[0], max: sorted.at(-1) };
}

async function stepTimes(run, count) {
	const times = [];
	for (let i = 0; i < count; i++) {
		const start = performance.now();
		await run.step(run.index++ % run.batchCount);
		times.push((performance.now() - start) * 1000);
	}
	return times;
}

/** Keeps each work and each warmed-up variant between commands, so that short rounds measure only steps. */
class Bench {
	#rival;
	#folder;
	#works = new Map();
	#runs = new Map();

	constructor(rival, folder) {
		this.#rival = rival;
		this.#folder = folder;
	}

	work(name) {
		if (!this.#works.has(name)) this.#works.set(name, readWork(this.#folder, name));
		return this.#works.get(name);
	}

	variants(name) {
		return this.#rival.variantsOf(this.work(name));
	}

	async #start(name, variant, options) {
		const work = this.work(name);
		return { step: await this.#rival.stepperOf(work, variant, options), index: 0, batchCount: work.batches.length };
	}

	async losses(name, variant, count) {
		const run = await this.#start(name, variant, { dropout: false });
		const losses = [];
		for (let i = 0; i < count; i++) losses.push(await (await run.step(i % run.batchCount))());
		return losses;
	}

	async #warmRun(name, variant) {
		const key = `${name} ${variant}`;
		if (!this.#runs.has(key)) {
			const run = await this.#start(name, variant, { dropout: true });
			const end = performance.now() + WARMUP_SECONDS * 1000;
			for (let i = 0; i < WARMUP_STEPS && (i === 0 || performance.now() < end); i++) await stepTimes(run, 1);
			this.#runs.set(key, run);
		}
		return this.#runs.get(key);
	}

	async steps(name, variant, count) {
		const times = await stepTimes(await this.#warmRun(name, variant), count);
		const about = { work: name, rival: this.#rival.name, variant, threads: this.#rival.threads };
		return { ...about, ...summary(times), steps: count, times };
	}

	async matmul(n, seconds) {
		const multiply = await this.#rival.multiplierOf(n);
		const rates = [];
		const operations = 2 * n ** 3;
		const repeats = Math.ceil(MATMUL_OPERATIONS / operations);
		for (const end = performance.now() + seconds * 1000; rates.length < 3 || performance.now() < end; ) {
			const start = performance.now();
			for (let i = 0; i < repeats; i++) await multiply();
			rates.push((operations * repeats) / (performance.now() - start) / 1e6);
		}
		const { usPerStep: gflops, max: best } = summary(rates);
		return { rival: this.#rival.name, matmul: n, gflops, best };
	}

	async answer(command) {
		if (command.matmul) return this.matmul(command.matmul, command.seconds ?? 0.5);
		if (command.list) return { variants: this.variants(command.work), lessWork: [] };
		if (command.losses) return { losses: await this.losses(command.work, command.variant, command.losses) };
		return this.steps(command.work, command.variant, command.steps);
	}

	/** As many steps as fit into `seconds`, at least one. */
	async measure(name, variant, { seconds, withLosses }) {
		const extra = withLosses ? { losses: await this.losses(name, variant, 10) } : {};
		const { usPerStep } = await this.steps(name, variant, 1);
		const count = Math.max(1, Math.min(MAX_STEPS, Math.floor((seconds * 1e6) / usPerStep)));
		const { times, ...line } = await this.steps(name, variant, count);
		return { ...line, ...extra };
	}
}

async function say(promise, about = {}) {
	const line = await promise.catch((error) => ({ ...about, unsupported: String(error.message ?? error).split("\n")[0] }));
	process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs the rival as the command line says. */
export async function serve(rival) {
	const text = (value) => ({ type: "string", default: value });
	const { values } = parseArgs({
		options: {
			data: text(),
			only: text("W1,W2,W3,W4,W5,W7,W8"),
			seconds: text("1.5"),
			threads: text("1"),
			losses: { type: "boolean", default: false },
			server: { type: "boolean", default: false },
		},
	});
	const bench = new Bench(rival, values.data);
	if (values.server) {
		for await (const line of createInterface({ input: process.stdin })) await say(bench.answer(JSON.parse(line)));
		process.exit(0);
	}
	for (const name of values.only.split(",")) {
		for (const variant of bench.variants(name)) {
			const options = { seconds: Number(values.seconds), withLosses: values.losses };
			await say(bench.measure(name, variant, options), { work: name, rival: rival.name, variant });
		}
	}
	process.exit(0);
}
