/** Raw, centred and standardised inputs. */
import { Linear, sgd, toLoss } from "gradus";
import { arrayDataset, type SyncDataset } from "gradus/data";
import { lineChart, pathChart } from "gradus/report";
import { Trainer } from "gradus/train";
import { type Conclusion, defineExperiment, type MeasureContext } from "./framework.ts";
import { band, last, mean, median, percent, short, spread } from "./numbers.ts";
import { type Curves, deepNetwork, follow } from "./training.ts";

const kinds = ["raw", "centred", "standardised"] as const;
type Kind = (typeof kinds)[number];
const COUNT = 200;
const STEPS = 1000;

interface Walk {
	readonly w: number[];
	readonly b: number[];
	/** Largest over smallest eigenvalue of the loss's second derivative. */
	readonly condition: number;
	readonly stepsToOnePercent: number;
	/** Second derivatives and the best place, to draw level lines. */
	readonly hessian: [number, number, number];
	readonly best: [number, number];
}

interface Measured {
	readonly walks: Record<Kind, Walk>;
	readonly images: Record<string, Curves>;
}

/** y = 0.5 x + 1 with x about 4 ± 2. */
function line(kind: Kind, { rng }: MeasureContext): { x: Float32Array; y: Float32Array; data: SyncDataset } {
	const raw = rng("x").draw({ kind: "normal", mean: 4, std: 2 }, COUNT);
	const y = raw.map((value) => 0.5 * value + 1);
	const center = kind === "raw" ? 0 : mean(Array.from(raw));
	const centred = raw.map((value) => value - center);
	const scale = kind === "standardised" ? Math.sqrt(mean(Array.from(centred, (value) => value ** 2))) : 1;
	const x = centred.map((value) => value / scale);
	return { x, y, data: arrayDataset({ x, y, inputShape: [1], target: { kind: "values", names: ["y"] } }) };
}

/** Full-batch descent on ½ (w x + b − y)² at the best constant rate, 2 / (smallest + largest curvature). */
async function walk(kind: Kind, context: MeasureContext): Promise<Walk> {
	const { x, y, data } = line(kind, context);
	const [xx, x1] = [mean(Array.from(x, (value) => value ** 2)), mean(Array.from(x))];
	const half = Math.sqrt(((xx - 1) / 2) ** 2 + x1 ** 2);
	const [high, low] = [(xx + 1) / 2 + half, (xx + 1) / 2 - half];
	const [yMean, xy] = [mean(Array.from(y)), mean(Array.from(x, (value, i) => value * y[i]))];
	const slope = (xy - x1 * yMean) / (xx - x1 ** 2);
	const best: [number, number] = [slope, yMean - slope * x1];
	const model = new Linear(1, 1, { weightInit: "zeros", rng: context.rng("unused") });
	const optimizer = sgd(model.parameters(), { lr: 2 / (high + low) });
	const loss = toLoss({ meanSquaredError: { half: true } });
	const trainer = new Trainer({
		...{ model, optimizer, loss, train: data, rng: context.rng("order"), epochs: STEPS },
		...{ batchSize: Number.POSITIVE_INFINITY, logEvery: 1, layersEvery: 0, restoreBest: false },
	});
	const path = { w: [0], b: [0] };
	const start = Math.hypot(...best);
	let stepsToOnePercent = Number.NaN;
	for await (const event of trainer.run()) {
		if (event.kind !== "step") continue;
		path.w.push(model.weight.dataSync()[0]);
		path.b.push(model.bias?.dataSync()[0] ?? 0);
		if (Math.hypot(last(path.w) - best[0], last(path.b) - best[1]) > 0.01 * start) continue;
		stepsToOnePercent = event.step;
		break;
	}
	return { ...path, condition: high / low, stepsToOnePercent, hessian: [xx, x1, 1], best };
}

/** Images as bytes, as 0 … 1, less the mean of all pixels, and divided by their deviation too. */
async function scaledImages(data: SyncDataset): Promise<Record<string, SyncDataset>> {
	const { x, y } = data.read(Array.from({ length: data.size }, (_, i) => i));
	const center = mean(Array.from(x));
	const deviation = Math.sqrt(mean(Array.from(x, (value) => (value - center) ** 2)));
	const scaled = (change: (value: number) => number): SyncDataset =>
		arrayDataset({ x: x.map(change), y, inputShape: data.inputShape, target: data.target });
	return {
		"raw bytes": scaled((v) => 255 * v),
		"0 … 1": scaled((v) => v),
		centred: scaled((v) => v - center),
		standardised: scaled((v) => (v - center) / deviation),
	};
}

function levels({ hessian: [ww, wb, bb], best }: Walk) {
	const reach = 1.3 * Math.max(Math.abs(best[0]), Math.abs(best[1]));
	const grid = Array.from({ length: 81 }, (_, i) => -0.4 * reach + (1.4 * reach * i) / 80);
	const z = grid.map((b) =>
		grid.map((w) => 0.5 * (ww * (w - best[0]) ** 2 + 2 * wb * (w - best[0]) * (b - best[1]) + bb * (b - best[1]) ** 2)),
	);
	return { x: grid, y: grid, z };
}

export const preprocessing = defineExperiment<Measured>({
	name: "preprocessing",
	title: "Raw, centred and standardised inputs",
	question: "Why are inputs centred and scaled before training?",
	setUp:
		"A line fitted to 200 points with x about 4 ± 2, by full-batch gradient descent at the best constant rate of each loss. Then 2 × 100 ReLU units on 2,000 images as bytes, as 0 … 1, centred and standardised, SGD 0.02, batches of 50, 5 epochs.",
	source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.3",
	practice:
		"Centre and standardise numeric inputs, with mean and deviation of the training part alone, and apply the same numbers at prediction. For images 0 … 1 or standardised channels do.",
	seedCount: { quick: 1, full: 3 },
	async measure(context) {
		const walks = {} as Record<Kind, Walk>;
		for (const kind of kinds) walks[kind] = await walk(kind, context);
		const { train, pixelCount } = await context.images({ train: context.quick ? 1000 : 2000, test: 10 });
		const images: Record<string, Curves> = {};
		for (const [name, data] of Object.entries(await scaledImages(train))) {
			const model = deepNetwork({ inputCount: pixelCount, depth: 2, rng: context.rng("weights") });
			images[name] = await follow({
				model,
				optimizer: sgd(model.parameters(), { lr: 0.02 }),
				train: data,
				epochs: 5,
				batchSize: 50,
				rng: context.rng("order"),
			});
		}
		return { walks, images };
	},
	conclude(runs): Conclusion {
		const of = (kind: Kind, key: "condition" | "stepsToOnePercent"): number[] => runs.map(({ walks }) => walks[kind][key]);
		const names = Object.keys(runs[0].images);
		const losses = (name: string): number[] => runs.map(({ images }) => (images[name].finite ? last(images[name].trainLoss) : Number.NaN));
		const accuracies = (name: string): number[] => runs.map(({ images }) => last(images[name].trainAccuracy));
		return {
			figures: [
				...kinds.map((kind) => ({
					title: `The way on ${kind} inputs`,
					svg: pathChart(
						{
							surface: levels(runs[0].walks[kind]),
							paths: [{ name: kind, x: runs[0].walks[kind].w, y: runs[0].walks[kind].b }],
							target: runs[0].walks[kind].best,
						},
						{ x: { label: "w" }, y: { label: "b" }, height: 340 },
					),
					caption: `Condition ${short(runs[0].walks[kind].condition)}, ${runs[0].walks[kind].stepsToOnePercent} steps.`,
				})),
				{
					title: "Images: training loss by epoch",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								[1, 2, 3, 4, 5],
								runs.map(({ images }) => images[name].trainLoss),
							),
						),
						{ x: { label: "epoch" }, y: { label: "training loss", unit: "nats", min: 0, max: 3 } },
					),
					caption: "One learning rate for all.",
				},
			],
			claims: [
				{
					...{
						claim: "Centring and scaling improve the condition of the loss",
						expected: "raw > 10 × centred, centred > standardised = 1 within 1 %",
					},
					measured: kinds.map((kind) => `${kind} ${spread(of(kind, "condition"))}`).join(", "),
					holds: runs.every(
						({ walks }) =>
							walks.raw.condition > 10 * walks.centred.condition &&
							walks.centred.condition > walks.standardised.condition &&
							walks.standardised.condition < 1.01,
					),
				},
				{
					...{
						claim: "Steps until within 1 % follow the condition κ",
						expected: "at most ln 100 · (κ + 1) / 2 (rounded up), the bound for the best constant rate; 1 or 2 where standardised",
					},
					measured: kinds.map((kind) => `${kind} ${median(of(kind, "stepsToOnePercent"))}`).join(", "),
					holds: runs.every(({ walks }) =>
						kinds.every(
							(kind) => walks[kind].stepsToOnePercent <= Math.max(2, Math.ceil((Math.log(100) * (walks[kind].condition + 1)) / 2)),
						),
					),
				},
				{
					...{
						claim: "Raw bytes do not train at a rate that suits scaled images",
						expected: "not finite, or a loss above that of standardised images, with every seed",
					},
					measured: names.map((name) => `${name} ${short(mean(losses(name)))}`).join(", "),
					holds: runs.every((_, s) => !(losses("raw bytes")[s] <= losses("standardised")[s])),
				},
				{
					...{ claim: "Standardised images train fastest", expected: "smaller loss after 5 epochs than with 0 … 1 with every seed" },
					...{
						measured: `${spread(losses("standardised"))} against ${spread(losses("0 … 1"))}`,
						holds: runs.every((_, s) => losses("standardised")[s] < losses("0 … 1")[s]),
					},
				},
			],
			shows: [
				`An input far from 0 ties weight and bias together: raising one and lowering the other hardly changes the fit, and the valley gets long. The condition is ${spread(of("raw", "condition"))} raw, ${spread(of("centred", "condition"))} centred and ` +
					`${spread(of("standardised", "condition"))} standardised. Training accuracies on images: ${names.map((name) => `${name} ${spread(accuracies(name), percent)}`).join(", ")}.`,
			],
		};
	},
});
