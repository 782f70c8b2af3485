/** Batch normalisation against sixteen initial weight scales. */
import { sgd } from "gradus";
import { chartGrid } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, logSpace, mean, percent, short, upTo } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

const scales = logSpace(1, 1e-4, 16);
/** Far below the variance of the first layer's values at the smallest scale, about 1e-6: an epsilon above it would be a scale of its own. */
const EPSILON = 1e-7;

/** Training accuracy at each of `evaluated` epochs for each scale; shorter where the loss overflowed. */
interface Measured {
	readonly evaluated: number[];
	readonly plain: number[][];
	readonly normalised: number[][];
}

/** A network that gets above three times the accuracy of guessing has learned something. */
const LEARNS = 0.3;

/** Accuracy at the end; that of guessing where the loss overflowed before. */
const finalOf = (accuracies: readonly number[], evaluationCount: number): number =>
	accuracies.length < evaluationCount ? 0.1 : last(accuracies);

export const batchNormInit = defineExperiment<Measured>({
	name: "batch-norm-init",
	title: "Batch normalisation and the start",
	question: "Does batch normalisation make training independent of the initial weight scale?",
	setUp:
		"5 × 100 ReLU units on 1,000 images, SGD 0.01, batches of 100, 20 epochs; 16 initial deviations from 1 to 1e-4, with batch normalisation before each activation (epsilon 1e-7, " +
		"below the variance of values at the smallest scale) and without.",
	source: "Ioffe & Szegedy 2015, arXiv:1502.03167; Saito 2016, chapter 6.3; SPEC §13.5",
	practice:
		"With batch normalisation a wrong weight scale is corrected in each layer by itself, and higher learning rates become possible. It does not replace a sensible start: use both. Keep batches at 16 or more.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 500 : 1000, test: 10 });
		const run = async (std: number, normalised: boolean): Promise<number[]> => {
			const before = normalised ? [{ batchNorm: { epsilon: EPSILON } }] : [];
			const model = deepNetwork({ inputCount: pixelCount, depth: 5, weightInit: { normal: { std } }, before, rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr: 0.01 });
			return (await follow({ model, optimizer, train, epochs: 20, batchSize: quick ? 50 : 100, every: quick ? 4 : 2, rng: rng("order") }))
				.trainAccuracy;
		};
		const every = quick ? 4 : 2;
		const measured: Measured = { evaluated: upTo(20 / every).map((i) => i * every), plain: [], normalised: [] };
		for (const std of scales) {
			measured.plain.push(await run(std, false));
			measured.normalised.push(await run(std, true));
		}
		return measured;
	},
	conclude(runs): Conclusion {
		const finals = (key: "plain" | "normalised"): number[] =>
			scales.map((_, i) => mean(runs.map((run) => finalOf(run[key][i], run.evaluated.length))));
		const [plain, normalised] = [finals("plain"), finals("normalised")];
		const worst = Math.min(...normalised);
		const extremes = [0, scales.length - 2, scales.length - 1];
		const epochs = runs[0].evaluated;
		const learning = scales.filter((_, i) => plain[i] > LEARNS);
		return {
			figures: [
				{
					title: "Training accuracy by epoch for sixteen weight scales",
					svg: chartGrid(
						scales.map((std, i) => ({
							title: `deviation ${short(std)}`,
							series: [
								band(
									"with batch normalisation",
									epochs,
									runs.map((run) => run.normalised[i]),
								),
								band(
									"without",
									epochs,
									runs.map((run) => run.plain[i]),
								),
							],
						})),
						{ columnCount: 4, x: { label: "epoch" }, y: { label: "training accuracy", min: 0, max: 1 } },
					),
					caption:
						"From deviation 1 to 0.0001. Without normalisation only a few scales in the middle learn; a line that is missing has become infinite.",
				},
			],
			claims: [
				{
					...{
						claim: "With batch normalisation every one of the 16 scales learns",
						expected: "mean training accuracy above 30 % at each, three times that of guessing",
					},
					...{ measured: `least ${percent(worst)}, at deviation ${short(scales[normalised.indexOf(worst)])}`, holds: worst > LEARNS },
				},
				{
					...{ claim: "Without it the extreme scales do not", expected: "at deviations 1, 1.8e-4 and 1e-4 at most 30 %" },
					...{
						measured: extremes.map((i) => `${short(scales[i])}: ${percent(plain[i])}`).join(", "),
						holds: extremes.every((i) => plain[i] <= LEARNS),
					},
				},
				{
					...{ claim: "Without it some scale in the middle learns as well", expected: "above 80 % for at least one" },
					...{
						measured: `best ${percent(Math.max(...plain))}, at deviation ${short(scales[plain.indexOf(Math.max(...plain))])}`,
						holds: Math.max(...plain) > 0.8,
					},
				},
			],
			shows: [
				`With batch normalisation the accuracies after 20 epochs lie between ${percent(worst)} and ${percent(Math.max(...normalised))} for weights that differ by a factor of 10,000; without, ${learning.length} of the 16 scales get above 30 %.`,
			],
		};
	},
});
