/** Units of ReLU that never fire again, and leaky ReLU. */
import { adam, type Module, noGrad, type Sequential, scope, sgd, tensor } from "gradus";
import type { SyncDataset } from "gradus/data";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, mean, percent, spread } from "./numbers.ts";
import { type Curves, deepNetwork, follow } from "./training.ts";

const activations = { ReLU: "relu", "leaky ReLU": "leakyReLU" } as const;
const rates = [0.01, 0.1, 0.3, 0.5, 0.7, 1];
/** All hidden biases begin here in the second part, so that most units begin silent. */
const BIAS = -2;

interface Measured {
	/** Share of hidden units whose value before the activation is below 0 for all images, after training, by rate. */
	readonly silent: Record<string, number[]>;
	readonly accuracy: Record<string, number[]>;
	/** From biases of −2. */
	readonly buried: Record<string, Curves>;
}

/** Share of hidden units that stay at or below 0 on every image. */
function silentShare(model: Sequential, data: SyncDataset): number {
	const { x, rowCount } = data.read(Array.from({ length: data.size }, (_, i) => i));
	const largest: Float32Array[] = [];
	const stops = model.layers
		.slice(0, -1)
		.filter((_, i) => i % 2 === 0)
		.map((layer: Module) =>
			layer.observe(({ output }) => {
				largest.push((output as ReturnType<Module["forward"]>).max(0).dataSync() as Float32Array);
			}),
		);
	scope(() => noGrad(() => void model.forward(tensor(x, { shape: [rowCount, ...data.inputShape] }))));
	for (const stop of stops) stop();
	return mean(largest.flatMap((layer) => Array.from(layer, (value): number => (value <= 0 ? 1 : 0))));
}

export const deadRelu = defineExperiment<Measured>({
	name: "dead-relu",
	title: "Dead ReLUs",
	question: "What kills a ReLU, and does a leak help?",
	setUp:
		"5 × 100 units on 1,000 images, SGD, batches of 50, 10 epochs, ReLU against leaky ReLU (slope 0.01). First learning rates from 0.01 to 1 from He's start; then 2 × 100 units, Adam 3e-3, with all hidden biases set " +
		`to ${BIAS}, about four deviations of what enters them, so that nearly all begin silent, 30 epochs. A unit is dead if it is silent on every training image.`,
	source: "Maas, Hannun & Ng 2013; Lu et al. 2019, arXiv:1903.06733; SPEC §13.9",
	practice:
		"A dead ReLU has gradient 0 on every example and cannot come back. Watch the share of exact zeros by layer; if it nears 100 %, lower the learning rate, warm it up, or clip gradients. Leaky ReLU, ELU and GELU keep a gradient on the left.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 500 : 1000, test: 10 });
		const measured: Measured = { silent: {}, accuracy: {}, buried: {} };
		for (const [name, activation] of Object.entries(activations)) {
			const make = (depth: number): Sequential => deepNetwork({ inputCount: pixelCount, depth, activation, rng: rng("weights") });
			const [silent, accuracy]: number[][] = [[], []];
			for (const lr of rates) {
				const model = make(5);
				const run = await follow({
					model,
					optimizer: sgd(model.parameters(), { lr }),
					train,
					epochs: quick ? 5 : 10,
					batchSize: 50,
					every: 10,
					rng: rng("order"),
				});
				silent.push(run.finite ? silentShare(model, train) : Number.NaN);
				accuracy.push(run.finite ? last(run.trainAccuracy) : Number.NaN);
			}
			const model = make(2);
			const state = model.state();
			for (const { data, shape } of Object.values(state.tensors)) if (shape.length === 1 && shape[0] === 100) data.fill(BIAS);
			model.load(state);
			// A step of Adam does not depend on the size of gradients, only on whether there is one.
			const optimizer = adam(model.parameters(), { lr: 3e-3 });
			measured.silent[name] = silent;
			measured.accuracy[name] = accuracy;
			measured.buried[name] = await follow({ model, optimizer, train, epochs: 30, batchSize: 50, rng: rng("order") });
		}
		return measured;
	},
	conclude(runs): Conclusion {
		const names = Object.keys(activations);
		const dead = (name: string, i: number): number[] => runs.map(({ silent }) => silent[name][i]);
		const buried = (name: string): number[] => runs.map((run) => last(run.buried[name].trainAccuracy));
		const finite = (values: readonly number[]): number => mean(values.filter(Number.isFinite));
		const growth = rates.map((_, i) => finite(dead("ReLU", i)));
		const most = Math.max(...growth.filter(Number.isFinite));
		const epochs = runs[0].buried.ReLU.epochs;
		return {
			figures: [
				{
					title: "Silent units by learning rate",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								rates,
								runs.map(({ silent }) => silent[name]),
							),
						),
						{
							...{ x: { label: "learning rate", scale: "log" }, y: { label: "share of units silent on all images", min: 0, max: 1 } },
						},
					),
					caption:
						"A silent ReLU is dead; a silent leaky ReLU lets a hundredth of the gradient through. Rates at which the loss overflowed have no point.",
				},
				{
					title: "From units that begin silent",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								epochs,
								runs.map((run) => run.buried[name].trainAccuracy),
							),
						),
						{
							...{ x: { label: "epoch" }, y: { label: "training accuracy", min: 0, max: 1 } },
						},
					),
					caption: `All hidden biases begin at ${BIAS}.`,
				},
			],
			claims: [
				{
					...{
						claim: "Large learning rates kill ReLUs",
						expected: "share of dead units above 10 % at some rate, and at least three times that at 0.01",
					},
					...{ measured: rates.map((lr, i) => `${lr}: ${percent(growth[i])}`).join(", "), holds: most > 0.1 && most > 3 * growth[0] },
				},
				{
					...{
						claim: "A network of silent ReLUs does not learn",
						expected: "training accuracy below 30 % after 30 epochs with every seed",
					},
					...{ measured: spread(buried("ReLU"), percent), holds: buried("ReLU").every((share) => share < 0.3) },
				},
				{
					...{ claim: "Leaky ReLUs get out", expected: "more than twice the accuracy of ReLU with every seed" },
					...{
						measured: spread(buried("leaky ReLU"), percent),
						holds: runs.every((_, s) => buried("leaky ReLU")[s] > 2 * buried("ReLU")[s]),
					},
				},
			],
			shows: [
				`Dead ReLUs after training by learning rate: ${rates.map((lr, i) => `${lr}: ${percent(growth[i])}`).join(", ")}. With biases of ${BIAS} ReLU ends at ${spread(buried("ReLU"), percent)}, leaky ReLU at ${spread(buried("leaky ReLU"), percent)}.`,
			],
		};
	},
});
