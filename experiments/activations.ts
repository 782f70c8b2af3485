/** Activation functions on one deep network. */
import { activationRegistry, adam, initReport, tensor } from "gradus";
import { barChart, lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, mean, percent, short, spread, upTo } from "./numbers.ts";
import { type Curves, deepNetwork, follow } from "./training.ts";

const DEPTH = 10;
const names = ["sigmoid", "tanh", "relu", "leakyReLU", "elu", "selu", "gelu", "silu"];
const rectifiers = ["relu", "leakyReLU", "elu", "selu", "gelu", "silu"];

interface Run {
	/** Variance of the gradient that arrives at each layer's activation, before training. */
	readonly gradient: number[];
	readonly curves: Curves;
	/** Milliseconds a training step took. */
	readonly stepMs: number;
}

type Measured = Record<string, Run>;

export const activationsExperiment = defineExperiment<Measured>({
	name: "activations",
	title: "Activation functions",
	question: "What does the choice of the activation change in a deep network?",
	setUp: `${DEPTH} × 100 units on 2,000 images, Adam 1e-3, batches of 100, 10 epochs; each activation with the initializer that suits it. The gradient is that of the first batch of 200 images, before training.`,
	source: "Glorot & Bengio 2010; Clevert et al. 2016, arXiv:1511.07289; Hendrycks & Gimpel 2016, arXiv:1606.08415",
	practice:
		"ReLU is the default; GELU and SiLU are common in newer networks and cost a little more. Tanh and sigmoid belong at outputs and gates: through ten layers a sigmoid's gradient, at most a quarter in each, is gone.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, test, pixelCount } = await images({ train: quick ? 1000 : 2000, test: quick ? 500 : 5000 });
		const { x, y } = train.read(upTo(200).map((i) => i - 1));
		const batch = { x: tensor(x, { shape: [200, pixelCount] }), y: tensor(y) };
		const measured: Measured = {};
		for (const activation of names) {
			const model = deepNetwork({ inputCount: pixelCount, depth: DEPTH, activation, rng: rng("weights") });
			const report = initReport(model, batch.x, { loss: "crossEntropy", target: batch.y });
			const gradient = report.entries
				.filter(({ description }) => description === activation)
				.map((entry) => entry.gradient?.variance ?? Number.NaN);
			const started = performance.now();
			const curves = await follow({
				model,
				optimizer: adam(model.parameters(), { lr: 1e-3 }),
				train,
				test,
				epochs: quick ? 5 : 10,
				batchSize: 100,
				rng: rng("order"),
			});
			measured[activation] = { gradient, curves, stepMs: (performance.now() - started) / curves.stepLoss.length };
		}
		return measured;
	},
	conclude(runs): Conclusion {
		const ratio = (name: string): number => mean(runs.map((run) => run[name].gradient[0] / run[name].gradient[DEPTH - 1]));
		const accuracy = (name: string): number[] => runs.map((run) => last(run[name].curves.testAccuracy));
		const loss = (name: string): number[] => runs.map((run) => last(run[name].curves.trainLoss));
		const best = names.reduce((a, b) => (mean(accuracy(b)) > mean(accuracy(a)) ? b : a));
		return {
			figures: [
				{
					title: "Gradient by depth before training",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								upTo(DEPTH),
								runs.map((run) => run[name].gradient),
							),
						),
						{ x: { label: "layer" }, y: { label: "variance of the gradient", scale: "log" } },
					),
					caption: "Read from right, where the loss is, to left. A flat line reaches all layers alike.",
				},
				{
					title: "Training loss by epoch",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								runs[0][name].curves.epochs,
								runs.map((run) => run[name].curves.trainLoss),
							),
						),
						{ x: { label: "epoch" }, y: { label: "training loss", unit: "nats", min: 0 } },
					),
					caption: "In inference mode, after each epoch.",
				},
				{
					title: "Test accuracy",
					svg: barChart(
						{ categories: names, series: [{ name: "test accuracy", values: names.map((name) => mean(accuracy(name))) }] },
						{ y: { label: "test accuracy", max: 1 }, height: 300 },
					),
					caption: "After the last epoch.",
				},
			],
			claims: [
				{
					...{
						claim: "Sigmoid: the gradient vanishes on the way back",
						expected: "variance at layer 1 below a thousandth of that at layer 10",
					},
					...{ measured: short(ratio("sigmoid")), holds: ratio("sigmoid") < 1e-3 },
				},
				{
					...{ claim: "ReLU and its kin pass it on", expected: "the same ratio between 1/30 and 30 for each" },
					...{
						measured: rectifiers.map((name) => `${name} ${short(ratio(name))}`).join(", "),
						holds: rectifiers.every((name) => ratio(name) > 1 / 30 && ratio(name) < 30),
					},
				},
				{
					...{ claim: "Sigmoid learns slowest", expected: "largest training loss at the end with every seed" },
					...{
						measured: `${spread(loss("sigmoid"))}; next ${short(Math.max(...names.slice(1).map((name) => mean(loss(name)))))}`,
						holds: runs.every((_, s) => names.slice(1).every((name) => loss("sigmoid")[s] > loss(name)[s])),
					},
				},
			],
			shows: [
				`Test accuracies: ${names.map((name) => `${name} ${spread(accuracy(name), percent)}`).join(", ")}. Best is ${best}; among all but sigmoid the differences are small.`,
				`Of these, ${names.filter((name) => activationRegistry.get(name).zeroCentred).join(", ")} ${names.filter((name) => activationRegistry.get(name).zeroCentred).length === 1 ? "is" : "are"} zero-centred. ` +
					`Milliseconds a step, evaluation included, on a shared machine: ${names.map((name) => `${name} ${short(mean(runs.map((run) => run[name].stepMs)))}`).join(", ")}.`,
			],
		};
	},
});
