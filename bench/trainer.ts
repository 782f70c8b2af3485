/**
 * What the trainer costs beside a bare loop with the same kernels, in W1's and W3's network: short runs that take turns. The bare loop takes
 * batches from the same loader and reads the loss of each step, as any loop that shows progress does.
 *
 *     npm run -s bench -- trainer [--rounds 7] [--executor wasm|native] [--only W1]
 *
 * "trainer, no records" has neither step nor layer records; "trainer" has the default intervals of a run of that many steps (in W1 every tenth
 * step, layers every hundredth) and writes its journal to a file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createNativeExecutor, createWasmExecutor, hasNativeExecutor, setExecutor } from "gradus";
import { RandomStream } from "../src/core/random/index.ts";
import type { Batch, Dataset } from "../src/data/dataset.ts";
import { arrayDataset } from "../src/data/datasets/array-dataset.ts";
import { epochOrder, Loader } from "../src/data/loader.ts";
import { JournalFile } from "../src/io/node/journal-file.ts";
import { buildNetwork } from "../src/nn/build.ts";
import { optimizerByName } from "../src/optim/index.ts";
import type { RunEvent } from "../src/runs/events.ts";
import { crossEntropy } from "../src/tensor/ops/cross-entropy.ts";
import { scope } from "../src/tensor/scope.ts";
import { toTensors } from "../src/train/evaluate.ts";
import type { TrainerOptions } from "../src/train/options.ts";
import { Trainer } from "../src/train/trainer.ts";
import { median } from "./versus/measure.ts";

const { values } = parseArgs({
	options: {
		rounds: { type: "string", default: "7" },
		executor: { type: "string", default: hasNativeExecutor() ? "native" : "wasm" },
		only: { type: "string", default: "" },
	},
});

/** Batches of an epoch. */
const BATCHES = 100;
const FEATURES = 784;

const works = {
	W1: { hidden: [100, 100, 100, 100, 100, 100], batchSize: 100, optimizer: { sgd: { lr: 0.01 } }, epochs: 20 },
	W3: { hidden: [512, 512], batchSize: 128, optimizer: { adam: { lr: 1e-3 } }, epochs: 5 },
} as const;

const executor = values.executor === "native" ? createNativeExecutor() : createWasmExecutor();
setExecutor(executor);
const folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
const journal = new JournalFile(join(folder, "journal.jsonl"));

function randomImages(size: number): Dataset {
	const x = new Float32Array(size * FEATURES);
	for (let i = 0; i < x.length; i++) x[i] = Math.sin(i * 0.37) * 0.5 + 0.5;
	const y = Int32Array.from({ length: size }, (_, i) => (i * 7) % 10);
	return arrayDataset({ x, y, inputShape: [FEATURES], target: { kind: "classes", classes: "0123456789".split("") } });
}

/** A round of each contender in milliseconds; all train the same model on. */
function contendersOf({ hidden, batchSize, optimizer: named, epochs }: (typeof works)[keyof typeof works]) {
	const layers = [...hidden.flatMap((width) => [{ linear: width }, "relu"]), { linear: 10 }];
	const model = buildNetwork(layers, { inputShape: [FEATURES], rng: new RandomStream(1) });
	const optimizer = optimizerByName(named, model.parameters());
	const train = randomImages(BATCHES * batchSize);
	const rng = new RandomStream(2);

	function step(batch: Batch, withNorm: boolean): void {
		scope(() => {
			const { x, y } = toTensors(batch, train, executor);
			optimizer.zeroGrad();
			const loss = crossEntropy(model.forward(x), y);
			loss.item();
			loss.backward();
			if (withNorm) optimizer.gradientNorm();
			optimizer.step();
		});
	}
	async function bare(withNorm: boolean): Promise<void> {
		model.train();
		for (let epoch = 0; epoch < epochs; epoch++) {
			const order = epochOrder({ size: train.size, epoch, rng, shuffle: true });
			for await (const batch of new Loader({ dataset: train, batchSize, order }).batches()) step(batch, withNorm);
		}
		model.eval();
	}
	const trainer = async (options: Partial<TrainerOptions>): Promise<void> => {
		await new Trainer({ model, optimizer, loss: crossEntropy, rng, train, batchSize, epochs, ...options }).fit();
	};
	const writer = { name: "journal", onEvent: (event: RunEvent) => void journal.append(event) };
	return {
		"bare loop": () => bare(false),
		"bare loop, gradient norm": () => bare(true),
		"trainer, no records": () => trainer({ logEvery: 0, layersEvery: 0 }),
		trainer: () => trainer({ callbacks: [writer] }),
	};
}

for (const [name, work] of Object.entries(works)) {
	if (!name.startsWith(values.only)) continue;
	const contenders = Object.entries(contendersOf(work));
	const times = contenders.map(() => [] as number[]);
	for (let round = -1; round < Number(values.rounds); round++) {
		for (const [i, [, run]] of contenders.entries()) {
			const start = performance.now();
			await run();
			if (round >= 0) times[i].push(((performance.now() - start) * 1000) / (BATCHES * work.epochs));
		}
	}
	contenders.forEach(([contender], i) => {
		const ratio = median(times[i].map((time, round) => time / times[0][round]));
		const best = Math.min(...times[i]);
		const columns = `${median(times[i]).toFixed(0).padStart(6)} (best ${best.toFixed(0).padStart(6)}) µs a step`;
		const beside = `${ratio.toFixed(3)} / ${(best / Math.min(...times[0])).toFixed(3)}`;
		console.log(`${name} ${contender.padEnd(26)} ${columns}   to the bare loop ${beside}`);
	});
}
journal.close();
rmSync(folder, { recursive: true });
process.exit(0);
