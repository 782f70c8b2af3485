/** Random search over learning rate and weight decay. */
import { sgd } from "gradus";
import { splitRows, subset } from "gradus/data";
import { chartGrid, scatterPlot } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { last, percent, short, spread } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

interface Trial {
	readonly lr: number;
	readonly decay: number;
	readonly epochs: number[];
	readonly train: number[];
	readonly validation: number[];
}

/** Trials by rank. */
type Measured = Trial[];

export const hyperparameters = defineExperiment<Measured>({
	name: "hyperparameters",
	title: "Random search for hyperparameters",
	question: "Which learning rates and weight decays work, and how does one find them?",
	setUp:
		"500 images, a fifth of them for validation; 7 layers (6 × 100 ReLU units and ten outputs), all with He's initialisation, SGD, batches of 100, 50 epochs. 100 trials draw lr = 10^U(−6, −2) and weight decay = 10^U(−8, −4).",
	source: "Bergstra & Bengio 2012, JMLR 13; Saito 2016, chapter 6.5; SPEC §13.7",
	practice:
		"Draw on a logarithmic scale, train briefly, look at the best tenth, narrow the ranges to it and repeat. Judge by validation data, never by test data. Where many values of a hyperparameter are among the best, it does not matter: stop tuning it.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train: all, pixelCount } = await images({ train: 500, test: 10 });
		const split = splitRows({ rowCount: all.size, validation: 0.2, rng: rng("split") });
		const [train, validation] = [subset(all, split.train), subset(all, split.validation)];
		const draw = rng("trials");
		const trials: Trial[] = [];
		for (let i = 0; i < (quick ? 30 : 100); i++) {
			const [lr, decay] = [10 ** draw.uniform(-6, -2), 10 ** draw.uniform(-8, -4)];
			const model = deepNetwork({ inputCount: pixelCount, depth: 6, weightInit: "heNormal", rng: rng("weights").split(i) });
			const optimizer = sgd(model.parameters(), { lr, l2: decay });
			const run = await follow({
				model,
				optimizer,
				train,
				test: validation,
				epochs: 50,
				batchSize: 100,
				every: 5,
				rng: rng("order").split(i),
			});
			trials.push({ lr, decay, epochs: run.epochs, train: run.trainAccuracy, validation: run.testAccuracy });
		}
		return trials.sort((a, b) => last(b.validation) - last(a.validation));
	},
	conclude(runs, { quick }): Conclusion {
		// A tenth of the trials are "the best"; quick mode has 30.
		const topCount = quick ? 3 : 10;
		const best = runs.map(([first]) => last(first.validation));
		const top = runs.flatMap((trials) => trials.slice(0, topCount));
		const rates = top.map(({ lr }) => lr);
		const inRange = rates.filter((lr) => lr >= 1e-3 && lr <= 1e-2).length;
		const decays = top.map(({ decay }) => decay);
		const decades = Math.log10(Math.max(...decays) / Math.min(...decays));
		const groups = { "above 70 %": [0.7, 2], "30 … 70 %": [0.3, 0.7], "below 30 %": [-1, 0.3] } as const;
		return {
			figures: [
				{
					title: "The twenty best of the first seed's trials",
					svg: chartGrid(
						runs[0].slice(0, 20).map(({ lr, decay, epochs, train, validation }, i) => ({
							title: `${i + 1}: ${percent(last(validation))}, lr ${short(lr)}, wd ${short(decay)}`,
							series: [
								{ name: "validation", x: epochs, y: validation },
								{ name: "training", x: epochs, y: train, dashed: true },
							],
						})),
						{ columnCount: 4, width: 1000, x: { label: "epoch" }, y: { label: "accuracy", min: 0, max: 1 } },
					),
					caption: "In order of validation accuracy; wd is weight decay.",
				},
				{
					title: "All trials",
					svg: scatterPlot(
						Object.entries(groups).map(([name, [low, high]]) => {
							const members = runs.flat().filter(({ validation }) => last(validation) >= low && last(validation) < high);
							return { name: `accuracy ${name}`, x: members.map(({ lr }) => lr), y: members.map(({ decay }) => decay) };
						}),
						{ x: { label: "learning rate", scale: "log" }, y: { label: "weight decay", scale: "log" } },
					),
					caption: "Good trials form an upright band: the learning rate decides, weight decay of this size does not.",
				},
			],
			claims: [
				{
					...{
						claim: "The best trial reaches about 0.8 validation accuracy",
						expected: "0.8 ± 0.1 with every seed (100 validation images: one deviation is 0.04)",
					},
					...{ measured: spread(best), holds: best.every((share) => share >= 0.7 && share <= 0.9) },
				},
				{
					...{ claim: `The top ${topCount} have learning rates from 1e-3 to 1e-2`, expected: "all of them" },
					...{
						measured: `${inRange} of ${rates.length}; least ${short(Math.min(...rates))}, largest ${short(Math.max(...rates))}`,
						holds: inRange === rates.length,
					},
				},
				{
					...{ claim: "Good trials have weight decays from 1e-8 to 1e-6", expected: `the top ${topCount} lie in it` },
					measured: `${decays.filter((decay) => decay <= 1e-6).length} of ${decays.length}; least ${short(Math.min(...decays))}, largest ${short(Math.max(...decays))}`,
					holds: decays.every((decay) => decay <= 1e-6),
				},
			],
			shows: [
				`The best trials reach ${spread(best, percent)}. Their learning rates lie between ${short(Math.min(...rates))} and ${short(Math.max(...rates))}; their weight decays spread over ${decades.toFixed(1)} of the four decades, ` +
					"so in this range the decay does not decide.",
			],
		};
	},
});
