/** Units to fit a function: wide against deep. */
import { adam, buildNetwork, type Sequential, scope, tensor, toLoss } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment, type MeasureContext } from "./framework.ts";
import { band, mean, median, short, spread } from "./numbers.ts";

const POINTS = 256;
const widths = [1, 2, 4, 8, 16, 32, 64];
const tentDepths = [1, 2, 3, 4, 5, 6];
const xs = Float32Array.from({ length: POINTS }, (_, i) => -1 + (2 * (i + 0.5)) / POINTS);
const wave = (x: number): number => Math.sin(4 * x) + 0.3 * Math.sin(11 * x);
/** A triangle wave of eight straight pieces on −1 … 1. */
const triangle = (x: number): number => Math.abs((((((x + 1) * 2) % 1) + 1) % 1) - 0.5) * 4 - 1;
/** About as many parameters: 3 · 64 + 1 = 193 in one hidden layer, 3 · 8 + 1 + 2 · 72 + … in several. */
const shapes: Readonly<Record<string, number[]>> = { "1 × 64": [64], "2 × 12": [12, 12], "3 × 8": [8, 8, 8] };

interface Measured {
	/** Mean squared error by width. */
	readonly errors: number[];
	/** What the widest and three narrower networks became. */
	readonly fits: Record<string, number[]>;
	/** Mean squared error on the triangle wave by shape. */
	readonly shapeErrors: Record<string, number>;
	/** Straight pieces of the composed tent map, by depth. */
	readonly pieces: number[];
}

function fitTo(hidden: readonly number[], target: (x: number) => number, context: MeasureContext): { error: number; y: number[] } {
	const layers = [...hidden.flatMap((units) => [{ linear: units }, "relu"]), { linear: 1 }];
	const model: Sequential = buildNetwork(layers, { inputShape: [1], rng: context.rng("weights").split(hidden.join("x")) });
	spreadKinks(model, hidden[0], context);
	const optimizer = adam(model.parameters(), { lr: 0.01 });
	const [x, y] = [tensor(xs, { shape: [POINTS, 1] }), tensor(xs.map(target), { shape: [POINTS, 1] })];
	const loss = toLoss("meanSquaredError");
	const steps = context.quick ? 500 : 2000;
	for (let step = 0; step < steps; step++) {
		// A rate that falls to nothing lets the fit settle.
		optimizer.lr = 0.01 * (1 - step / steps);
		scope(() => {
			optimizer.zeroGrad();
			loss(model.forward(x), y).backward();
			optimizer.step();
		});
	}
	const fitted = scope(() => Array.from(model.forward(x).dataSync()));
	return { error: mean(fitted.map((value, i) => (value - target(xs[i])) ** 2)), y: fitted };
}

/** Kinks of the first layer begin evenly over the inputs; with biases at 0 all would begin at x = 0. */
function spreadKinks(model: Sequential, units: number, context: MeasureContext): void {
	const state = model.state();
	const [weight, bias] = [state.tensors["0.weight"].data, state.tensors["0.bias"].data];
	const places = context.rng("kinks").draw({ kind: "uniform", low: -1, high: 1 }, units);
	for (let i = 0; i < units; i++) bias[i] = -Number(weight[i]) * places[i];
	model.load(state);
}

/** Composes x ↦ 2 relu(x) − 4 relu(x − ½), two units a layer, and counts straight pieces on 0 … 1. */
function tentPieces(depth: number, context: MeasureContext): number {
	const layers = [...Array.from({ length: depth }, () => [{ linear: 2 }, "relu"]).flat(), { linear: 1 }];
	const model = buildNetwork(layers, { inputShape: [1], rng: context.rng("tent") });
	const state = model.state();
	for (let layer = 0; layer <= depth; layer++) {
		const [weight, bias] = [state.tensors[`${2 * layer}.weight`].data, state.tensors[`${2 * layer}.bias`].data];
		const combine = layer === 0 ? [1] : [2, -4];
		for (let i = 0; i < weight.length; i++) weight[i] = combine[i % combine.length];
		if (layer < depth) bias.set([0, -0.5]);
	}
	model.load(state);
	// A grid of powers of two, so that kinks fall on its points and every slope is exact.
	const count = 2 ** (depth + 2);
	const x = Float32Array.from({ length: count + 1 }, (_, i) => i / count);
	const y = scope(() => Array.from(model.forward(tensor(x, { shape: [count + 1, 1] })).dataSync()));
	const slopes = y.slice(1).map((value, i) => (value - y[i]) * count);
	return 1 + slopes.slice(1).filter((slope, i) => slope !== slopes[i]).length;
}

export const widthVsDepth = defineExperiment<Measured>({
	name: "width-vs-depth",
	title: "Wide or deep",
	question: "How many units does it take to fit a function, and what does depth buy?",
	setUp:
		"ReLU networks fitted to functions on −1 … 1 at 256 points, Adam with a rate falling from 0.01, 2,000 steps. One hidden layer of 1 to 64 units on sin 4x + 0.3 sin 11x; then one, two and three hidden layers of about 200 parameters on a triangle wave " +
		"of eight pieces. Last, tent maps of two units each, put together by hand: their straight pieces are counted.",
	source: "Cybenko 1989; Telgarsky 2016, arXiv:1602.04485; SPEC §13.10",
	practice:
		"One hidden layer can fit anything, at the price of a unit for each bend. Depth multiplies bends instead of adding them, but gradient descent does not always find such solutions: increase depth and width together, and measure.",
	usesImages: false,
	seedCount: { quick: 1, full: 3 },
	measure(context) {
		const fits = widths.map((width) => fitTo([width], wave, context));
		const shapeErrors = Object.fromEntries(Object.entries(shapes).map(([name, hidden]) => [name, fitTo(hidden, triangle, context).error]));
		return {
			errors: fits.map(({ error }) => error),
			fits: Object.fromEntries(widths.map((width, i) => [String(width), fits[i].y])),
			shapeErrors,
			pieces: tentDepths.map((depth) => tentPieces(depth, context)),
		};
	},
	conclude(runs): Conclusion {
		const middle = widths.map((_, i) => median(runs.map(({ errors }) => errors[i])));
		const names = Object.keys(shapes);
		const errors = (name: string): number[] => runs.map(({ shapeErrors }) => shapeErrors[name]);
		const deepBest = Math.min(...names.slice(1).map((name) => median(errors(name))));
		const { pieces } = runs[0];
		const x = Array.from(xs);
		return {
			figures: [
				{
					title: "Fits of one hidden layer",
					svg: lineChart(
						[
							{ name: "target", x, y: x.map(wave), dashed: true },
							...[2, 8, 64].map((width) => ({ name: `${width} units`, x, y: runs[0].fits[String(width)] })),
						],
						{ x: { label: "x" }, y: { label: "y" } },
					),
					caption: "Each unit brings one bend.",
				},
				{
					title: "Error by units",
					svg: lineChart(
						[
							band(
								"mean squared error",
								widths,
								runs.map((run) => run.errors),
							),
						],
						{ x: { label: "units in one hidden layer", scale: "log" }, y: { label: "mean squared error", scale: "log" } },
					),
					caption: "More units, smaller error.",
				},
				{
					title: "Straight pieces",
					svg: lineChart(
						[
							{ name: "composed: 2 units a layer", x: tentDepths.map((d) => 2 * d), y: pieces },
							{ name: "one hidden layer: at most units + 1", x: tentDepths.map((d) => 2 * d), y: tentDepths.map((d) => 2 * d + 1) },
						],
						{ x: { label: "units" }, y: { label: "straight pieces", scale: "log" } },
					),
					caption: "Composition doubles the pieces with each layer.",
				},
			],
			claims: [
				{
					...{ claim: "k layers of two units make 2ᵏ straight pieces", expected: tentDepths.map((d) => 2 ** d).join(", ") },
					...{ measured: pieces.join(", "), holds: tentDepths.every((d, i) => pieces[i] === 2 ** d), exact: true },
				},
				{
					...{ claim: "Error falls with units", expected: "64 units: less than a twentieth of the error of 4, median over the seeds" },
					...{ measured: widths.map((width, i) => `${width}: ${short(middle[i])}`).join(", "), holds: middle[6] < middle[2] / 20 },
				},
				{
					...{
						claim: "On the triangle wave depth wins at equal parameters, when trained",
						expected: "median error of the better deep shape below that of one layer",
					},
					...{ measured: names.map((name) => `${name}: ${spread(errors(name))}`).join(", "), holds: deepBest < median(errors(names[0])) },
				},
			],
			shows: [
				`Error of one hidden layer by units: ${widths.map((width, i) => `${width}: ${short(middle[i])}`).join(", ")}. Twelve units in six layers make ${pieces[5]} pieces; one layer of twelve makes at most 13.`,
			],
		};
	},
});
