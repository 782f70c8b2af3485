/** L1 against L2: which weights are left. */
import { buildNetwork, sgd } from "gradus";
import { type HistogramPanel, heatmap, histogramGrid } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { last, mean, percent, short, spread } from "./numbers.ts";
import { follow } from "./training.ts";

const terms = { none: {}, L2: { l2: 0.02 }, L1: { l1: 0.002 } } as const;
/** Weights below it count as zero: an SGD step on λ |w| moves by lr λ = 1e-4 at least, so weights of "zero" swing about it by that. */
const NEAR_ZERO = 1e-3;
const RANGE = 0.3;
const BINS = 60;

interface Term {
	readonly zeroShare: number;
	readonly counts: number[];
	readonly trainAccuracy: number;
	readonly testAccuracy: number;
	/** Weights of the digit 0 by pixel. */
	readonly image: number[];
}

type Measured = Record<string, Term>;

function histogramOf(weights: Float32Array): number[] {
	const counts = new Array<number>(BINS).fill(0);
	for (const w of weights) counts[Math.min(BINS - 1, Math.max(0, Math.floor(((w + RANGE) / (2 * RANGE)) * BINS)))]++;
	return counts;
}

export const l1VsL2 = defineExperiment<Measured>({
	name: "l1-vs-l2",
	title: "L1 against L2",
	question: "Both make weights smaller. How do they differ?",
	setUp:
		"Softmax regression (one linear layer) on 2,000 images, SGD 0.05, batches of 50, 50 epochs; without a term, with ½ · 0.02 · ‖W‖² (L2), and with 0.002 · ‖W‖₁ (L1). A weight below 0.001 counts as zero.",
	source: "Tibshirani 1996; Goodfellow, Bengio & Courville 2016, section 7.1; SPEC §13.9",
	practice:
		"L2 shrinks all weights by a share, so none becomes zero; L1 shrinks each by the same amount, so those that earn little end at zero. Take L1 when you want to know or to store only what matters, else L2 (weight decay).",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, test, pixelCount } = await images({ train: quick ? 1000 : 2000, test: quick ? 1000 : 10_000 });
		const measured: Measured = {};
		for (const [name, term] of Object.entries(terms)) {
			const model = buildNetwork([{ linear: 10 }], { inputShape: [pixelCount], rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr: 0.05, ...term });
			const run = await follow({ model, optimizer, train, test, epochs: 50, batchSize: quick ? 25 : 50, every: 50, rng: rng("order") });
			const weights = model.parameters()["0.weight"].dataSync() as Float32Array;
			measured[name] = {
				zeroShare: mean(Array.from(weights, (w) => (Math.abs(w) < NEAR_ZERO ? 1 : 0))),
				...{ counts: histogramOf(weights), trainAccuracy: last(run.trainAccuracy), testAccuracy: last(run.testAccuracy) },
				image: Array.from(weights.slice(0, pixelCount)),
			};
		}
		return measured;
	},
	conclude(runs, { pixelCount }): Conclusion {
		const names = Object.keys(terms);
		const of = (name: string, key: "zeroShare" | "testAccuracy"): number[] => runs.map((run) => run[name][key]);
		const side = Math.sqrt(pixelCount);
		const image = (name: string): string =>
			heatmap(
				{
					...{ rows: Array.from({ length: side }, () => ""), columns: Array.from({ length: side }, () => "") },
					values: Array.from({ length: side }, (_, row) => runs[0][name].image.slice(row * side, (row + 1) * side).map(Math.abs)),
				},
				{ title: `|weights| of the digit 0, ${name}`, colorBy: "all", width: 360 },
			);
		return {
			figures: [
				{
					title: "Weights",
					svg: histogramGrid(
						names.map(
							(name): HistogramPanel => ({
								title: name,
								note: `${percent(runs[0][name].zeroShare)} are zero`,
								low: -RANGE,
								high: RANGE,
								counts: runs[0][name].counts,
							}),
						),
						{ columnCount: 3, panelHeight: 220, x: { label: "weight" } },
					),
					caption: "Each fills its frame. Weights beyond ±0.3 stand in the last bins.",
				},
				{ title: "Where L2 puts its weights", svg: image("L2"), caption: "Small everywhere, zero nowhere." },
				{ title: "Where L1 puts its weights", svg: image("L1"), caption: "A few pixels carry the decision." },
			],
			claims: [
				{
					...{ claim: "L1 makes weights zero", expected: "more than half, and at least three times as many as L2, with every seed" },
					measured: names.map((name) => `${name} ${spread(of(name, "zeroShare"), percent)}`).join(", "),
					holds: runs.every((run) => run.L1.zeroShare > 0.5 && run.L1.zeroShare > 3 * run.L2.zeroShare),
				},
				{
					...{ claim: "L2 makes none zero", expected: "less than 20 % below 0.001" },
					...{ measured: spread(of("L2", "zeroShare"), percent), holds: of("L2", "zeroShare").every((share) => share < 0.2) },
				},
				{
					...{ claim: "Zeros cost little accuracy", expected: "test accuracy with L1 at most 5 points below that without" },
					measured: `${spread(of("L1", "testAccuracy"), percent)} against ${spread(of("none", "testAccuracy"), percent)}`,
					holds: mean(of("L1", "testAccuracy")) > mean(of("none", "testAccuracy")) - 0.05,
				},
			],
			shows: [
				`Without a term ${percent(mean(of("none", "zeroShare")))} of the weights are below 0.001, with L2 ${percent(mean(of("L2", "zeroShare")))}, with L1 ${percent(mean(of("L1", "zeroShare")))}; ` +
					`test accuracies are ${names.map((name) => `${short(mean(of(name, "testAccuracy")))} (${name})`).join(", ")}.`,
			],
		};
	},
});
