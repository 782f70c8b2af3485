/** What initial weights do to the values in a network, layer by layer. */
import { type InitializerLike, initReport, randomNormal } from "gradus";
import { type HistogramPanel, histogramGrid, lineChart } from "gradus/report";
import { type Conclusion, defineExperiment, type MeasureContext } from "./framework.ts";
import { mean, short, upTo } from "./numbers.ts";
import { deepNetwork } from "./training.ts";

const LAYERS = 5;
const activations = ["sigmoid", "tanh", "relu"] as const;
const inits: Readonly<Record<string, InitializerLike>> = {
	"N(0, 1)": { normal: { std: 1 } },
	"N(0, 0.01²)": { normal: { std: 0.01 } },
	Xavier: "xavierNormal",
	He: "heNormal",
};

interface Layer {
	readonly mean: number;
	readonly variance: number;
	/** E x²: what the next layer's variance is proportional to. */
	readonly power: number;
	/** Share within 2.5 % of the range of an end of it; NaN for ReLU. */
	readonly saturated: number;
	readonly histogram: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
}

/** By activation, by initializer. */
type Measured = Record<string, Record<string, Layer[]>>;

function layersOf(activation: string, weightInit: InitializerLike, { rng, quick }: MeasureContext): Layer[] {
	const model = deepNetwork({ inputCount: 100, depth: LAYERS, activation, weightInit, outputCount: 100, rng: rng("weights") });
	const x = randomNormal([quick ? 300 : 1000, 100], rng("input"));
	return initReport(model, x)
		.entries.filter(({ description }) => description === activation)
		.map(({ forward }) => ({
			...{ mean: forward.mean, variance: forward.variance, power: forward.variance + forward.mean ** 2 },
			...{ saturated: forward.saturatedShare ?? Number.NaN, histogram: forward.histogram },
		}));
}

export const activationsByInit = defineExperiment<Measured>({
	name: "activations-by-init",
	title: "Activations by initializer",
	question: "Why does the size of the first weights matter, and what size is right?",
	setUp:
		"1,000 normal inputs of 100 numbers go through 5 layers of 100 units without training; sigmoid, tanh and ReLU, with weights of deviation 1, 0.01, Xavier's 1/√n and He's √(2/n).",
	source: "Glorot & Bengio 2010; He et al. 2015, arXiv:1502.01852; Saito 2016, chapter 6.2; SPEC §13.3",
	practice:
		"Take Xavier for tanh and sigmoid, He for ReLU and its kin: `buildNetwork` does so by itself. `initReport` shows these histograms for your own network; look at it when a deep network does not start to learn.",
	usesImages: false,
	seedCount: { quick: 1, full: 3 },
	measure: (context) =>
		Object.fromEntries(
			activations.map((activation) => [
				activation,
				Object.fromEntries(Object.entries(inits).map(([name, init]) => [name, layersOf(activation, init, context)])),
			]),
		),
	conclude(runs): Conclusion {
		const over = (activation: string, init: string, value: (layers: Layer[]) => number): number =>
			mean(runs.map((run) => value(run[activation][init])));
		const final = (key: "mean" | "variance" | "saturated") => (layers: Layer[]) => layers[LAYERS - 1][key];
		const decay = (layers: Layer[]): number => layers[LAYERS - 1].power / layers[0].power;
		const sigmoid = (init: string, key: "mean" | "variance" | "saturated"): number => over("sigmoid", init, final(key));
		const reluDecay = (init: string): number => over("relu", init, decay);
		const histograms = activations.map((activation) => ({
			title: `${activation}: values of each layer`,
			svg: histogramGrid(
				Object.entries(runs[0][activation]).flatMap(([init, layers]) =>
					layers.map(
						({ histogram, variance }, i): HistogramPanel => ({
							...histogram,
							title: `${init}, layer ${i + 1}`,
							note: `variance ${short(variance)}`,
						}),
					),
				),
				{ columnCount: LAYERS, sharedX: false, panelHeight: 125, x: { label: `${activation}(z)` } },
			),
			caption: "A row for each initializer, a column for each layer. Axes differ: read the variance above each.",
		}));
		const variances = lineChart(
			activations.flatMap((activation, a) =>
				["N(0, 0.01²)", "Xavier", "He"].map((init, i) => ({
					...{ name: `${activation}, ${init}`, x: upTo(LAYERS), color: a * 2, dashed: i === 1 },
					y: upTo(LAYERS).map((layer) => over(activation, init, (layers) => layers[layer - 1].variance)),
				})),
			),
			{ x: { label: "layer" }, y: { label: "variance of the values", scale: "log" } },
		);
		return {
			figures: [
				...histograms,
				{ title: "Variance by layer", svg: variances, caption: "Small weights lose the signal by orders of magnitude in each layer." },
			],
			claims: [
				{
					...{ claim: "Sigmoid under N(0, 1) piles up at 0 and 1", expected: "more than half of layer 5 within 0.025 of an end" },
					...{ measured: short(sigmoid("N(0, 1)", "saturated")), holds: sigmoid("N(0, 1)", "saturated") > 0.5 },
				},
				{
					...{ claim: "Sigmoid under N(0, 0.01²) piles up at 0.5", expected: "layer 5: mean within 0.05 of 0.5, variance below 1e-3" },
					measured: `mean ${short(sigmoid("N(0, 0.01²)", "mean"))}, variance ${short(sigmoid("N(0, 0.01²)", "variance"))}`,
					holds: Math.abs(sigmoid("N(0, 0.01²)", "mean") - 0.5) < 0.05 && sigmoid("N(0, 0.01²)", "variance") < 1e-3,
				},
				{
					...{
						claim: "Xavier spreads the sigmoid",
						expected: "variance of layer 5 more than ten times that under N(0, 0.01²), less than 5 % near the ends",
					},
					measured: `variance ${short(sigmoid("Xavier", "variance"))}, near the ends ${short(sigmoid("Xavier", "saturated"))}`,
					holds: sigmoid("Xavier", "variance") > 10 * sigmoid("N(0, 0.01²)", "variance") && sigmoid("Xavier", "saturated") < 0.05,
				},
				{
					...{
						claim: "With ReLU, Xavier loses half of the power in each layer",
						expected: "E x² of layer 5 over layer 1 within a factor of 2 of 1/16",
					},
					...{ measured: short(reluDecay("Xavier")), holds: reluDecay("Xavier") > 1 / 32 && reluDecay("Xavier") < 1 / 8 },
				},
				{
					...{ claim: "He keeps it", expected: "the same ratio within a factor of 2 of 1" },
					...{ measured: short(reluDecay("He")), holds: reluDecay("He") > 0.5 && reluDecay("He") < 2 },
				},
			],
			shows: [
				"Where the sigmoid sits at 0 or 1 its derivative is 0 and nothing learns. Where all units say 0.5, a hundred of them say no more than one.",
				`A ReLU keeps half of a centred signal's power, so weights need the factor √2 that He's initializer adds: from the first to the fifth layer power changes by ${short(reluDecay("He"))} with He, ` +
					`${short(reluDecay("Xavier"))} with Xavier and ${short(reluDecay("N(0, 0.01²)"))} with N(0, 0.01²).`,
			],
		};
	},
});
