/** Learning curves under three weight scales. */
import { type InitializerLike, sgd } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, smoothed, spread, upTo } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

const inits: Readonly<Record<string, InitializerLike>> = { "0.01": { normal: { std: 0.01 } }, Xavier: "xavierNormal", He: "heNormal" };

/** Loss by step, mean of the last 20 steps, by initializer. */
type Measured = Record<string, number[]>;

export const initCurves = defineExperiment<Measured>({
	name: "init-curves",
	title: "Learning curves by weight scale",
	question: "How much does the start decide how fast a network learns?",
	setUp: "5 × 100 ReLU units on 10,000 images, SGD 0.01, batches of 128, 2,000 steps; weights of deviation 0.01, Xavier's and He's.",
	source: "Saito 2016, Deep Learning from Scratch, chapter 6.2.4; SPEC §13.4",
	practice:
		"A loss that stays at ln(classes) from the first step on is the mark of a signal that does not come through: check the initializer before you touch the learning rate.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 2500 : 10_000, test: 10 });
		const curves: Measured = {};
		for (const [name, weightInit] of Object.entries(inits)) {
			const model = deepNetwork({ inputCount: pixelCount, depth: 5, weightInit, rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr: 0.01 });
			const steps = quick ? 400 : 2000;
			const epochs = Math.ceil(steps / Math.ceil(train.size / 128));
			const run = await follow({ model, optimizer, train, epochs, batchSize: 128, every: 0, rng: rng("order") });
			curves[name] = smoothed(run.stepLoss.slice(0, steps), 20);
		}
		return curves;
	},
	conclude(runs): Conclusion {
		const finals = (name: string): number[] => runs.map((run) => last(run[name]));
		return {
			figures: [
				{
					title: "Training loss by step",
					svg: lineChart(
						Object.keys(inits).map((name) =>
							band(
								name,
								upTo(runs[0][name].length),
								runs.map((run) => run[name]),
							),
						),
						{
							x: { label: "step" },
							y: { label: "training loss, mean of 20 steps", unit: "nats", min: 0 },
							markers: [{ axis: "y", at: Math.log(10), label: "guessing: ln 10" }],
						},
					),
					caption: "With weights of deviation 0.01 nothing is learned at all; Xavier's start costs a few hundred steps against He's.",
				},
			],
			claims: [
				{
					...{ claim: "Deviation 0.01 does not learn", expected: "loss at the end above 2.25 (guessing is 2.303) with every seed" },
					...{ measured: spread(finals("0.01")), holds: finals("0.01").every((loss) => loss > 2.25) },
				},
				{
					...{ claim: "He is ahead of Xavier on a ReLU network", expected: "smaller loss at the end with every seed" },
					measured: `${spread(finals("He"))} against ${spread(finals("Xavier"))}`,
					holds: finals("He").every((loss, s) => loss < finals("Xavier")[s]),
				},
				{
					...{ claim: "Xavier learns as well", expected: "loss at the end below 2 with every seed" },
					...{ measured: spread(finals("Xavier")), holds: finals("Xavier").every((loss) => loss < 2) },
				},
			],
			shows: [
				`Losses at the end: ${Object.keys(inits)
					.map((name) => `${name} ${spread(finals(name))}`)
					.join(", ")}. The same network, the same data, the same optimizer: only the first weights differ.`,
			],
		};
	},
});
