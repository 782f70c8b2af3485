/** Six optimizers in a narrow valley, and on images. */
import { adagrad, adam, type Optimizer, rmsProp, scope, sgd, tensor } from "gradus";
import { lineChart, pathChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, short, smoothed, spread, upTo } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

type Make = (parameters: Parameters<typeof sgd>[0], lr: number) => Optimizer;

/** Learning rates in the valley are those of the usual figure; on images those that each is published with or that suit this network. */
const optimizers: Readonly<Record<string, { make: Make; valleyLr: number; imageLr: number }>> = {
	SGD: { make: (p, lr) => sgd(p, { lr }), valleyLr: 0.95, imageLr: 0.01 },
	momentum: { make: (p, lr) => sgd(p, { lr, momentum: 0.9 }), valleyLr: 0.1, imageLr: 0.01 },
	Nesterov: { make: (p, lr) => sgd(p, { lr, momentum: 0.9, nesterov: true }), valleyLr: 0.1, imageLr: 0.01 },
	AdaGrad: { make: (p, lr) => adagrad(p, { lr }), valleyLr: 1.5, imageLr: 0.01 },
	RMSProp: { make: (p, lr) => rmsProp(p, { lr }), valleyLr: 0.1, imageLr: 0.001 },
	Adam: { make: (p, lr) => adam(p, { lr }), valleyLr: 0.3, imageLr: 0.001 },
};

const STEPS = 30;

/** x² / 20 + y² from (−7, 2): every place on the way. */
function walkValley(make: Make, lr: number): { x: number[]; y: number[] } {
	const place = tensor([-7, 2]);
	const optimizer = make([place], lr);
	const curvature = tensor([1 / 20, 1]);
	const path = { x: [-7], y: [2] };
	for (let step = 0; step < STEPS; step++) {
		scope(() => {
			optimizer.zeroGrad();
			place.square().mul(curvature).sum().backward();
			optimizer.step();
		});
		const [x, y] = place.dataSync();
		path.x.push(x);
		path.y.push(y);
	}
	return path;
}

/** How often the way across the valley changes its direction. */
function turnsOf(y: readonly number[]): number {
	const moves = y.slice(1).map((value, i) => Math.sign(value - y[i]));
	return moves.filter((move, i) => i > 0 && move !== 0 && move === -moves[i - 1]).length;
}

interface Measured {
	readonly paths: Record<string, { x: number[]; y: number[] }>;
	readonly losses: Record<string, number[]>;
}

/** Level lines of the valley. */
const grid = { x: Array.from({ length: 81 }, (_, i) => -8 + 0.2 * i), y: Array.from({ length: 61 }, (_, i) => -3 + 0.1 * i) };
const surface = { ...grid, z: grid.y.map((y) => grid.x.map((x) => x ** 2 / 20 + y ** 2)) };

export const optimizersExperiment = defineExperiment<Measured>({
	name: "optimizers",
	title: "Optimizers in a narrow valley",
	question: "What do momentum and step sizes by parameter change?",
	setUp:
		"First f(x, y) = x² / 20 + y² from (−7, 2), 30 steps; learning rates SGD 0.95, momentum and Nesterov 0.1, AdaGrad 1.5, RMSProp 0.1, Adam 0.3. " +
		"Then 5 × 100 ReLU units on 8,000 images, batches of 128, 5 epochs; SGD, momentum, Nesterov and AdaGrad with 0.01, RMSProp and Adam with 0.001. " +
		"A turn is a change of direction across the valley, along y.",
	source: "Saito 2016, Deep Learning from Scratch, chapter 6.1; SPEC §13.1",
	practice:
		"Plain SGD spends its steps on the steepest direction: the learning rate that keeps it from diverging there is too small for the others. Momentum averages the " +
		"zigzag away, adaptive optimizers scale each direction by itself. Start with Adam at 1e-3 or with momentum 0.9 at 1e-2, and tune the learning rate first.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 2000 : 8000, test: 10 });
		const [paths, losses]: [Measured["paths"], Measured["losses"]] = [{}, {}];
		for (const [name, { make, valleyLr, imageLr }] of Object.entries(optimizers)) {
			paths[name] = walkValley(make, valleyLr);
			const model = deepNetwork({ inputCount: pixelCount, depth: 5, rng: rng("weights") });
			const optimizer = make(model.parameters(), imageLr);
			const curves = await follow({ model, optimizer, train, epochs: quick ? 3 : 5, batchSize: 128, every: 0, rng: rng("order") });
			losses[name] = smoothed(curves.stepLoss, 10);
		}
		return { paths, losses };
	},
	conclude(runs): Conclusion {
		const names = Object.keys(optimizers);
		const { paths } = runs[0];
		const turns = Object.fromEntries(names.map((name) => [name, turnsOf(paths[name].y)]));
		const distance = (name: string): number => Math.hypot(last(paths[name].x), last(paths[name].y));
		const finals = (name: string): number[] => runs.map(({ losses }) => last(losses[name]));
		const chart = (shown: string[]): string =>
			pathChart(
				{ surface, paths: shown.map((name) => ({ name, ...paths[name] })), target: [0, 0] },
				{ x: { label: "x" }, y: { label: "y" } },
			);
		const fewer = (name: string, exact: boolean): Conclusion["claims"][number] => ({
			...{
				claim: `${name} crosses the valley with fewer turns than SGD`,
				expected: `fewer than the ${turns.SGD} of SGD in ${STEPS} steps`,
			},
			...{ measured: `${turns[name]} turns`, holds: turns[name] < turns.SGD, exact },
		});
		const faster = (name: string): Conclusion["claims"][number] => ({
			...{ claim: `${name} trains the image network faster than SGD`, expected: "smaller mean loss of the last 10 steps with every seed" },
			measured: `${spread(finals(name))} against ${spread(finals("SGD"))}`,
			holds: finals(name).every((loss, i) => loss < finals("SGD")[i]),
		});
		return {
			figures: [
				{
					title: "Gradient descent with and without momentum",
					svg: chart(["SGD", "momentum", "Nesterov"]),
					caption: "SGD zigzags; momentum swings wide and settles; Nesterov swings less.",
				},
				{
					title: "Step sizes by parameter",
					svg: chart(["AdaGrad", "RMSProp", "Adam"]),
					caption: "Scaled by their own history, steep and flat direction are walked at similar pace.",
				},
				{
					title: "The same six on images",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								upTo(runs[0].losses[name].length),
								runs.map(({ losses }) => losses[name]),
							),
						),
						{ x: { label: "step" }, y: { label: "training loss, mean of 10 steps", unit: "nats" } },
					),
					caption: "Training loss of the network by step.",
				},
			],
			claims: [...["momentum", "Nesterov", "AdaGrad", "Adam"].map((name) => fewer(name, true)), ...names.slice(1).map(faster)],
			shows: [
				`Turns across the valley in ${STEPS} steps: ${names.map((name) => `${name} ${turns[name]}`).join(", ")}. ` +
					`Distance from the minimum at the end: ${names.map((name) => `${name} ${short(distance(name))}`).join(", ")}.`,
				`On images the losses at the end are ${names.map((name) => `${name} ${spread(finals(name))}`).join(", ")}.`,
			],
		};
	},
});
