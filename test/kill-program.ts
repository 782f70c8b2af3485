/**
 * Trains on digits in a run folder, from its last checkpoint if it has one. Processes of this program are killed by kill.test.ts.
 * Arguments: the run's folder, and bytes that pad each checkpoint, so that writing one takes a good part of the time.
 */
import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { RandomStream } from "../src/core/random/index.ts";
import { digits } from "../src/data/builtin/digits.ts";
import { arrayDataset } from "../src/data/datasets/array-dataset.ts";
import { subset } from "../src/data/datasets/subset.ts";
import { createWasmExecutor } from "../src/executors/index.ts";
import { RunFolder } from "../src/io/node/run-folder.ts";
import { buildNetwork } from "../src/nn/build.ts";
import { crossEntropy } from "../src/nn/losses/list.ts";
import { adam } from "../src/optim/index.ts";
import { cosine } from "../src/optim/schedules/list.ts";

import { setExecutor } from "../src/tensor/context.ts";
import type { TrainingState } from "../src/train/state.ts";
import { Trainer } from "../src/train/trainer.ts";

const [path, padding, epochs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

setExecutor(createWasmExecutor());
const { features, labels, classNames } = await digits();
const all = arrayDataset({
	x: features.map((ink) => ink / 16),
	y: labels,
	inputShape: [64],
	target: { kind: "classes", classes: classNames },
});
const rows = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const model = buildNetwork([{ linear: 24 }, "batchNorm", "relu", { dropout: 0.2 }, { linear: 10 }], {
	inputShape: [64],
	rng: new RandomStream(1),
});
const run = await openRun();
const pad = new Uint8Array(padding);
const trainer = new Trainer({
	model,
	loss: crossEntropy,
	optimizer: adam(model.parameters(), { lr: 3e-3 }),
	rng: new RandomStream(2),
	train: subset(all, rows(0, 600)),
	validation: subset(all, rows(600, 800)),
	epochs,
	batchSize: 8,
	logEvery: 1,
	schedule: cosine({ steps: 75 * epochs }),
	checkpointSteps: 7,
	checkpoints: run,
	callbacks: [{ name: "padding", onEvent: () => undefined, state: () => pad, load: () => {} }],
});
const { state, file, rejected } = await run.loadLatest();
if (state !== null) trainer.load(state);
console.log(JSON.stringify({ step: state?.step ?? 0, file, rejected }));
for await (const event of trainer.run()) run.journal.append(event);
run.close();

/** A run that was killed while its folder was made has no run.json yet: it begins anew. */
async function openRun(): Promise<RunFolder<TrainingState>> {
	if (existsSync(`${path}/run.json`)) return RunFolder.open<TrainingState>(path);
	mkdirSync(dirname(path), { recursive: true });
	return RunFolder.create<TrainingState>(dirname(path), basename(path).replace(/-\d+$/, ""), { config: { seed: 2 } });
}
