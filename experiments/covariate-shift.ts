/** Does batch normalisation reduce the shift of layer inputs? Measured in two ways, beside how smooth the loss is. */
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, mean, short, spread, upTo } from "./numbers.ts";
import { EVERY, LEARNING_RATE, type Series, trainAndMeasure } from "./shift-probe.ts";
import { deepNetwork } from "./training.ts";

const DEPTH = 5;

type Measured = Record<"plain" | "normalised", Series>;

export const covariateShift = defineExperiment<Measured>({
	name: "covariate-shift",
	title: "Batch normalisation and covariate shift",
	question: "Batch normalisation was proposed to reduce the shift of layer inputs during training. Does it, and is that why it helps?",
	setUp:
		`${DEPTH} × 100 tanh units on 2,000 images, SGD ${LEARNING_RATE}, batches of 100, 300 steps, with batch normalisation before each activation and without. Each ten steps, at the third layer: how far mean and deviation of its inputs moved ` +
		"(in their deviations); how much its gradient changes when only the layers below it are updated; and, along the gradient up to four learning rates, how far the loss ranges and how much the gradient changes.",
	source: "Ioffe & Szegedy 2015, arXiv:1502.03167, against Santurkar et al. 2018, arXiv:1805.11604; SPEC §13.9",
	practice:
		"Use batch normalisation because it makes larger learning rates safe and training less sensitive to its start. Steadier inputs and a smoother loss come together here, " +
		"so such a run alone cannot say which of them is the cause; Santurkar et al. added noise to the inputs to tell them apart.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, pixelCount } = await images({ train: quick ? 1000 : 2000, test: 10 });
		const run = (before: readonly string[]): Series =>
			trainAndMeasure(
				deepNetwork({ inputCount: pixelCount, depth: DEPTH, activation: "tanh", before, rng: rng("weights") }),
				train,
				quick ? 100 : 300,
			);
		return { plain: run([]), normalised: run(["batchNorm"]) };
	},
	conclude(runs): Conclusion {
		const means = (net: keyof Measured, key: keyof Series): number[] => runs.map((run) => mean(run[net][key].filter(Number.isFinite)));
		const compare = (
			claim: string,
			expected: string,
			key: keyof Series,
			wanted: (normalised: number, plain: number) => boolean,
		): Conclusion["claims"][number] => {
			const [normalised, plain] = [means("normalised", key), means("plain", key)];
			return {
				claim,
				expected,
				measured: `${spread(normalised)} with, ${spread(plain)} without`,
				holds: wanted(mean(normalised), mean(plain)),
			};
		};
		const chart = (key: keyof Series, label: string): string => {
			const x = runs[0].plain[key].map((_, i) => EVERY * (i + (key === "moments" ? 1 : 0)));
			return lineChart(
				[
					band(
						"with batch normalisation",
						x,
						runs.map((run) => run.normalised[key]),
					),
					band(
						"without",
						x,
						runs.map((run) => run.plain[key]),
					),
				],
				{ x: { label: "step" }, y: { label, min: 0 }, height: 300 },
			);
		};
		const steps = upTo(runs[0].plain.loss.length);
		const lossChart = lineChart(
			[
				band(
					"with batch normalisation",
					steps,
					runs.map(({ normalised }) => normalised.loss),
				),
				band(
					"without",
					steps,
					runs.map(({ plain }) => plain.loss),
				),
			],
			{ x: { label: "step" }, y: { label: "loss of the step's batch", unit: "nats", min: 0 }, height: 300 },
		);
		return {
			figures: [
				{ title: "Training", svg: lossChart, caption: "Loss by step." },
				{
					title: "Shift of the third layer's inputs",
					svg: chart("moments", "shift, in deviations"),
					caption: "How far mean and deviation of each unit that enters the layer moved in ten steps.",
				},
				{
					title: "Shift of the third layer's gradient",
					svg: chart("gradientShift", "‖G − G′‖ / ‖G‖"),
					caption: "How much the layer's gradient changes because the layers below it were updated.",
				},
				{
					title: "Range of the loss along the gradient",
					svg: chart("lossRange", "range over loss"),
					caption: "Up to four learning rates ahead.",
				},
				{
					title: "Change of the gradient along the gradient",
					svg: chart("gradientChange", "‖g − g′‖ / ‖g‖"),
					caption: "The less it changes, the further a step can be trusted.",
				},
			],
			claims: [
				compare(
					"Ioffe & Szegedy: batch normalisation keeps layer inputs steadier",
					"smaller mean shift of moments",
					"moments",
					(with_, without) => with_ < without,
				),
				compare(
					"Santurkar et al.: it does not reduce the shift seen by gradients",
					"‖G − G′‖ / ‖G‖ not smaller",
					"gradientShift",
					(with_, without) => with_ >= without,
				),
				compare(
					"Santurkar et al.: it makes the loss smoother",
					"smaller range of the loss along the gradient",
					"lossRange",
					(with_, without) => with_ < without,
				),
				compare(
					"Santurkar et al.: it makes gradients more predictive",
					"smaller change of the gradient along the gradient",
					"gradientChange",
					(with_, without) => with_ < without,
				),
				compare("It trains faster", "smaller mean loss over all steps", "loss", (with_, without) => with_ < without),
			],
			shows: [
				`Means over the run, with batch normalisation and without: shift of moments ${short(mean(means("normalised", "moments")))} and ${short(mean(means("plain", "moments")))}; shift of the gradient ` +
					`${short(mean(means("normalised", "gradientShift")))} and ${short(mean(means("plain", "gradientShift")))}; range of the loss ${short(mean(means("normalised", "lossRange")))} and ${short(mean(means("plain", "lossRange")))}; ` +
					`change of the gradient ${short(mean(means("normalised", "gradientChange")))} and ${short(mean(means("plain", "gradientChange")))}. The table says which of the two papers each number speaks for.`,
			],
		};
	},
});
