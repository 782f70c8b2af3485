/** Full batch, mini-batches and single examples. */
import { Linear, type RandomStream, sgd, toLoss } from "gradus";
import { arrayDataset } from "gradus/data";
import { lineChart, pathChart } from "gradus/report";
import { Trainer } from "gradus/train";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, mean, spread } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

const EXAMPLES = 100;
const EPOCHS = 40;
const LEARNING_RATE = 0.1;
const modes = { "full batch": Number.POSITIVE_INFINITY, "mini-batches of 10": 10, "one example": 1 } as const;
const imageBatches = [Number.POSITIVE_INFINITY, 100, 10] as const;

interface Path {
	readonly w: number[];
	readonly b: number[];
}

interface Measured {
	readonly paths: Record<string, Path>;
	/** Training loss after each epoch, for each of `imageBatches`. */
	readonly imageLoss: number[][];
}

/** y = 2 x − 1 with normal noise of deviation 0.5, x normal. */
function noisyLine(rng: RandomStream) {
	const x = rng.split("x").draw({ kind: "normal", mean: 0, std: 1 }, EXAMPLES);
	const noise = rng.split("noise").draw({ kind: "normal", mean: 0, std: 0.5 }, EXAMPLES);
	const y = x.map((value, i) => 2 * value - 1 + noise[i]);
	return arrayDataset({ x, y, inputShape: [1], target: { kind: "values", names: ["y"] } });
}

async function walk(batchSize: number, rng: RandomStream): Promise<Path> {
	const model = new Linear(1, 1, { weightInit: "zeros", rng });
	const optimizer = sgd(model.parameters(), { lr: LEARNING_RATE });
	const trainer = new Trainer({
		...{ model, optimizer, rng, train: noisyLine(rng), loss: toLoss("meanSquaredError"), batchSize, epochs: EPOCHS },
		...{ logEvery: 1, layersEvery: 0, restoreBest: false },
	});
	const path: Path = { w: [0], b: [0] };
	for await (const event of trainer.run()) {
		if (event.kind !== "step") continue;
		path.w.push(model.weight.dataSync()[0]);
		path.b.push(model.bias?.dataSync()[0] ?? 0);
	}
	return path;
}

/** Length of the way over the straight distance from its start to the place where it ends. */
function roughness({ w, b }: Path): number {
	const length = w.slice(1).reduce((sum, value, i) => sum + Math.hypot(value - w[i], b[i + 1] - b[i]), 0);
	return length / Math.hypot(last(w) - w[0], last(b) - b[0]);
}

/** Deviation from its mean place over the last quarter of the way, when the full batch has long settled. */
function jitter({ w, b }: Path): number {
	const [ws, bs] = [w.slice(0.75 * w.length), b.slice(0.75 * b.length)];
	return Math.sqrt(mean(ws.map((value, i) => (value - mean(ws)) ** 2 + (bs[i] - mean(bs)) ** 2)));
}

const firstQuarter = (values: readonly number[]): number[] => values.slice(0, 1 + values.length / 4);

const grid = Array.from({ length: 61 }, (_, i) => -2.5 + 0.1 * i);
/** Mean squared error for x and noise as in `noisyLine`, in the limit of many examples. */
const surface = { x: grid, y: grid, z: grid.map((b) => grid.map((w) => (w - 2) ** 2 + (b + 1) ** 2 + 0.25)) };

export const batchModes = defineExperiment<Measured>({
	name: "batch-modes",
	title: "Full batch, mini-batch, single examples",
	question: "How many examples should a step look at?",
	setUp:
		"A line y = w x + b fitted to 100 points of 2 x − 1 with noise of deviation 0.5, from (0, 0), SGD 0.1, 40 epochs; each step sees all points, 10, or one. " +
		"Then 2 × 100 ReLU units on 1,000 images, SGD 0.05, 10 epochs, with all images, 100 or 10 a step.",
	source: "Bottou, Curtis & Nocedal 2018, arXiv:1606.04838, section 3; SPEC §13.2",
	practice:
		"Mini-batches are the usual choice: many updates an epoch, whose noise averages out, at nearly the hardware's full speed. Smaller batches need smaller learning rates or a decaying one; " +
		"when you enlarge the batch, enlarge the learning rate with it.",
	seedCount: { quick: 2, full: 3 },
	async measure({ quick, images, rng }) {
		const paths: Record<string, Path> = {};
		for (const [name, batchSize] of Object.entries(modes)) paths[name] = await walk(batchSize, rng("line"));
		const { train, pixelCount } = await images({ train: quick ? 500 : 1000, test: 10 });
		const imageLoss: number[][] = [];
		for (const batchSize of imageBatches) {
			const model = deepNetwork({ inputCount: pixelCount, depth: 2, rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr: 0.05 });
			imageLoss.push((await follow({ model, optimizer, train, epochs: 10, batchSize, rng: rng("order") })).trainLoss);
		}
		return { paths, imageLoss };
	},
	conclude(runs): Conclusion {
		const [full, mini, one] = Object.keys(modes);
		const of = (measure: (path: Path) => number, name: string): number[] => runs.map(({ paths }) => measure(paths[name]));
		const compare = (what: string, measure: (path: Path) => number): Conclusion["claims"][number] => ({
			...{ claim: `${what} grows as the batch shrinks`, expected: "one example > mini-batches > full batch with every seed" },
			measured: [one, mini, full].map((name) => `${name} ${spread(of(measure, name))}`).join(", "),
			holds: runs.every(({ paths }) => measure(paths[one]) > measure(paths[mini]) && measure(paths[mini]) > measure(paths[full])),
		});
		const finals = imageBatches.map((_, i) => runs.map(({ imageLoss }) => last(imageLoss[i])));
		return {
			figures: [
				{
					title: "Paths of the first 10 epochs",
					svg: pathChart(
						{
							surface,
							paths: [one, mini, full].map((name) => ({
								name,
								x: firstQuarter(runs[0].paths[name].w),
								y: firstQuarter(runs[0].paths[name].b),
							})),
							target: [2, -1],
						},
						{ x: { label: "w" }, y: { label: "b" } },
					),
					caption:
						"All head for the same place. The fewer examples a step sees, the more steps an epoch has and the less each can be trusted.",
				},
				{
					title: "On images, by epoch",
					svg: lineChart(
						imageBatches.map((size, i) =>
							band(
								Number.isFinite(size) ? `${size} a step` : "all in one step",
								runs[0].imageLoss[i].map((_, e) => e + 1),
								runs.map(({ imageLoss }) => imageLoss[i]),
							),
						),
						{ x: { label: "epoch" }, y: { label: "training loss", unit: "nats" } },
					),
					caption: "At one learning rate and for the same number of images seen, many small steps go further than few exact ones.",
				},
			],
			claims: [
				compare("The length of the way", roughness),
				compare("The noise about the place where it settles", jitter),
				{
					...{
						claim: "After the same number of epochs smaller batches are further",
						expected: "loss on images: 10 < 100 < all with every seed",
					},
					measured: imageBatches.map((size, i) => `${Number.isFinite(size) ? size : "all"}: ${spread(finals[i])}`).join(", "),
					holds: runs.every((_, s) => finals[2][s] < finals[1][s] && finals[1][s] < finals[0][s]),
				},
			],
			shows: [
				`The way is ${spread(of(roughness, full))} times the straight distance with all points in a step, ${spread(of(roughness, mini))} times with ten and ${spread(of(roughness, one))} times with one. ` +
					"Single examples never come to rest at a constant learning rate: they go on circling in a cloud about the best place.",
			],
		};
	},
});
