/**
 * Forward and backward of single layers beside PyTorch on one thread, in microseconds, best of many rounds that take turns.
 *
 *     npm run -s bench -- layers [--json] [--rounds 30] [--only layerNorm] [--executor wasm|native]
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createNativeExecutor, createWasmExecutor, ones, RandomStream, randomNormal, scope, setExecutor } from "gradus";
import { BatchNorm, Dropout, LayerNorm, type Module, RMSNorm } from "../src/nn/index.ts";
import { Server } from "./versus/server.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		rounds: { type: "string", default: "30" },
		only: { type: "string", default: "" },
		executor: { type: "string", default: "wasm" },
	},
});

/** What the steps of one round take, about. */
const ROUND_MICROSECONDS = 20_000;
const MOST_STEPS = 200;
const LIMIT_SECONDS = 60;

const shapes = [
	[100, 100],
	[100, 1000],
	[64, 64, 28, 28],
];

/** PyTorch 1.13 has no RMS normalisation, so that one runs alone. */
const layers: Readonly<Record<string, { make(shape: readonly number[]): Module; isRival: boolean }>> = {
	batchNorm: { make: (shape) => new BatchNorm(shape[1]), isRival: true },
	layerNorm: { make: (shape) => new LayerNorm(shape[shape.length - 1]), isRival: true },
	rmsNorm: { make: (shape) => new RMSNorm(shape[shape.length - 1]), isRival: false },
	dropout: { make: () => new Dropout({ rng: new RandomStream(1) }), isRival: true },
};

setExecutor(values.executor === "native" ? createNativeExecutor() : createWasmExecutor());
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const torch = new Server([python, fileURLToPath(new URL("./versus/torch_layers.py", import.meta.url)), "--threads", "1"]);

/** A step as PyTorch's side does it. */
function stepper(layer: Module, shape: readonly number[]): () => void {
	const x = randomNormal(shape, new RandomStream(2)).keep().requireGrad();
	const gradient = ones(shape).keep();
	const leaves = [x, ...Object.values(layer.parameters())];
	return () =>
		scope(() => {
			for (const leaf of leaves) leaf.zeroGrad();
			layer.forward(x).backward({ gradient });
		});
}

function timesOf(step: () => void, count: number): number[] {
	return Array.from({ length: count }, () => {
		const start = performance.now();
		step();
		return (performance.now() - start) * 1000;
	});
}

for (const [name, { make, isRival }] of Object.entries(layers)) {
	if (!name.startsWith(values.only)) continue;
	for (const shape of shapes) {
		const step = stepper(make(shape), shape);
		const single = Math.min(...timesOf(step, 20));
		const steps = Math.max(2, Math.min(MOST_STEPS, Math.round(ROUND_MICROSECONDS / single)));
		let [own, rival] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
		for (let round = 0; round < Number(values.rounds); round++) {
			own = Math.min(own, ...timesOf(step, steps));
			if (!isRival) continue;
			const { times } = await torch.ask({ work: `${name} ${shape.join("x")}`, variant: "eager", steps }, LIMIT_SECONDS);
			rival = Math.min(rival, ...(times ?? []));
		}
		report({ layer: name, shape, own, rival });
	}
}
torch.stop();
process.exit(0);

function report({ layer, shape, own, rival }: { layer: string; shape: readonly number[]; own: number; rival: number }): void {
	const ratio = Number.isFinite(rival) ? own / rival : null;
	if (values.json) {
		console.log(JSON.stringify({ layer, shape, microseconds: own, torchMicroseconds: ratio === null ? null : rival, ratio }));
		return;
	}
	const beside = ratio === null ? "" : `   torch ${rival.toFixed(1).padStart(9)} µs   ratio ${ratio.toFixed(2)}`;
	console.log(`${layer.padEnd(10)} ${`[${shape.join(", ")}]`.padEnd(18)} ${own.toFixed(1).padStart(9)} µs${beside}`);
}
