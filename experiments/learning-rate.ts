/** The learning rate: too small, right, too large. */
import { scope, sgd, tensor } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, logSpace, mean, short, spread, upTo } from "./numbers.ts";
import { deepNetwork, follow } from "./training.ts";

const rates = logSpace(1e-4, 10, 11);
/** Rates on f(x) = x², where x is multiplied by 1 − 2 lr at each step. */
const parabolaRates = [0.01, 0.3, 0.9, 1.01];
const PARABOLA_STEPS = 40;

interface Measured {
	readonly parabola: number[][];
	/** Mean loss of the last tenth of the steps, by rate; NaN where it overflowed. */
	readonly finals: number[];
	/** Loss by step, by rate. */
	readonly curves: number[][];
}

function descendParabola(lr: number): number[] {
	const x = tensor([1]);
	const optimizer = sgd([x], { lr });
	return Array.from({ length: PARABOLA_STEPS }, () =>
		scope(() => {
			optimizer.zeroGrad();
			const value = x.square().sum();
			value.backward();
			optimizer.step();
			return value.item();
		}),
	);
}

export const learningRate = defineExperiment<Measured>({
	name: "learning-rate",
	title: "The learning rate",
	question: "What do a too small and a too large learning rate look like?",
	setUp:
		"f(x) = x² from x = 1, 40 steps. Then 3 × 100 ReLU units on 2,000 images, SGD, batches of 100, 10 epochs, eleven learning rates from 1e-4 to 10, " +
		"the same start and order of images for each.",
	source: "Goodfellow, Bengio & Courville 2016, Deep Learning, section 11.4.1; SPEC §13.2",
	practice:
		"Too small: the loss falls smoothly and hardly. Too large: it stays high, jumps, or becomes NaN. The best rate is often a factor of two to ten below the first that diverges: " +
		"try rates on a logarithmic scale (the learning-rate range test does that in one run), then take the largest that trains steadily.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 1000 : 2000, test: 10 });
		const curves: number[][] = [];
		for (const lr of rates) {
			const model = deepNetwork({ inputCount: pixelCount, depth: 3, rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr });
			const run = await follow({ model, optimizer, train, epochs: quick ? 5 : 10, batchSize: 100, every: 0, rng: rng("order") });
			curves.push(run.finite ? run.stepLoss : [...run.stepLoss, Number.NaN]);
		}
		const tail = (losses: number[]): number => mean(losses.slice(Math.floor(0.9 * losses.length)));
		return { parabola: parabolaRates.map(descendParabola), finals: curves.map(tail), curves };
	},
	conclude(runs): Conclusion {
		const finals = rates.map((_, i) => mean(runs.map((run) => run.finals[i])));
		const best = finals.indexOf(Math.min(...finals.filter(Number.isFinite)));
		const [bestLoss, smallLoss, largeLoss] = [finals[best], finals[0], last(finals)];
		const shown = [0, best, rates.length - 1];
		const steps = upTo(runs[0].curves[0].length);
		const errors = parabolaRates.map((lr, i) =>
			Math.abs(runs[0].parabola[i][PARABOLA_STEPS - 1] / (1 - 2 * lr) ** (2 * (PARABOLA_STEPS - 1)) - 1),
		);
		return {
			figures: [
				{
					title: "On a parabola",
					svg: lineChart(
						parabolaRates.map((lr, i) => ({ name: `lr ${lr}`, x: upTo(PARABOLA_STEPS), y: runs[0].parabola[i] })),
						{ x: { label: "step" }, y: { label: "f(x) = x²", scale: "log" } },
					),
					caption:
						"Each step multiplies x by 1 − 2 lr: too small crawls, 0.9 jumps from side to side and still arrives, beyond 1 it diverges.",
				},
				{
					title: "On images: loss by step",
					svg: lineChart(
						shown.map((i) =>
							band(
								`lr ${short(rates[i])}`,
								steps,
								runs.map(({ curves }) => curves[i]),
							),
						),
						{
							...{ x: { label: "step" }, y: { label: "training loss", unit: "nats", max: 5, min: 0 } },
						},
					),
					caption: "The smallest, the best and the largest of eleven rates. A line that ends has become infinite.",
				},
				{
					title: "On images: loss at the end by learning rate",
					svg: lineChart(
						[
							band(
								"loss at the end",
								rates,
								runs.map((run) => run.finals),
							),
						],
						{
							...{ x: { label: "learning rate", scale: "log" }, y: { label: "training loss", unit: "nats", max: 4, min: 0 } },
							markers: [{ axis: "y", at: Math.log(10), label: "guessing: ln 10" }],
						},
					),
					caption: "A valley: slow on the left, unstable on the right, and a cliff where it diverges.",
				},
			],
			claims: [
				{
					...{
						claim: "On x², SGD multiplies x by 1 − 2 lr, so that it diverges exactly beyond lr = 1",
						expected: "relative error of x² after 39 steps below 1e-4 (float32)",
					},
					...{ measured: short(Math.max(...errors)), holds: Math.max(...errors) < 1e-4, exact: true },
				},
				{
					...{
						claim: "The smallest rate has hardly begun where the best has arrived",
						expected: "loss above 2 nats against less than a quarter of that",
					},
					...{
						measured: `${short(smallLoss)} against ${short(bestLoss)} (lr ${short(rates[best])})`,
						holds: smallLoss > 2 && bestLoss < smallLoss / 4,
					},
				},
				{
					...{ claim: "The largest rate does not train", expected: "loss not below guessing, ln 10 = 2.303 less 1 %, or not finite" },
					...{ measured: spread(runs.map((run) => last(run.finals))), holds: !(largeLoss < 0.99 * Math.log(10)) },
				},
			],
			shows: [
				`The best of the eleven rates is ${short(rates[best])}, with a loss of ${short(bestLoss)} at the end. Losses at the end by rate: ${rates.map((lr, i) => `${short(lr)}: ${short(finals[i])}`).join("; ")}.`,
			],
		};
	},
});
