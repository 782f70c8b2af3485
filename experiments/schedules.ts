/** Learning-rate schedules on one network. */
import { type Schedule, schedules, sgd } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, mean, percent, short, spread, upTo } from "./numbers.ts";
import { type Curves, deepNetwork, follow } from "./training.ts";

const LEARNING_RATE = 0.2;

/** Schedules for that many steps. */
const made = (steps: number): Readonly<Record<string, Schedule>> => ({
	constant: schedules.constant(),
	step: schedules.step({ every: Math.ceil(steps / 3), gamma: 0.1 }),
	exponential: schedules.exponential({ gamma: 0.01 ** (1 / steps) }),
	cosine: schedules.cosine({ steps }),
	"one cycle": schedules.oneCycle({ steps }),
	"warm-up, cosine": schedules.sequence({
		schedules: [
			schedules.linearWarmup({ steps: Math.round(steps / 10), from: 0.01 }),
			schedules.cosine({ steps: steps - Math.round(steps / 10) }),
		],
		milestones: [Math.round(steps / 10)],
	}),
});

interface Measured {
	readonly rates: Record<string, number[]>;
	readonly curves: Record<string, Curves>;
}

export const schedulesExperiment = defineExperiment<Measured>({
	name: "schedules",
	title: "Learning-rate schedules",
	question: "What does a falling learning rate bring?",
	setUp: `3 × 100 ReLU units on 2,000 images with 10 % of the training labels replaced at random, so that gradients stay noisy; SGD ${LEARNING_RATE}, batches of 20, 15 epochs. All schedules have the same highest rate.`,
	source: "Robbins & Monro 1951; Loshchilov & Hutter 2017, arXiv:1608.03983; Smith & Topin 2018, arXiv:1708.07120",
	practice:
		"A high rate covers the distance, a low one settles. Cosine over the whole training, after a short warm-up, is a good default; it needs the number of steps beforehand. Compare schedules at the end of training, not in the middle.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train: clean, test, pixelCount } = await images({ train: quick ? 1000 : 2000, test: quick ? 1000 : 5000 });
		const noise = rng("noise");
		const wrong = new Map(Array.from({ length: clean.size / 10 }, () => [noise.integer(0, clean.size), noise.integer(0, 10)]));
		const train = {
			...clean,
			read(indices: ArrayLike<number>) {
				const batch = clean.read(indices);
				return { ...batch, y: Int32Array.from(batch.y, (label, i) => wrong.get(indices[i]) ?? label) };
			},
		};
		const [epochs, batchSize] = [quick ? 8 : 15, 20];
		const steps = epochs * Math.ceil(train.size / batchSize);
		const measured: Measured = { rates: {}, curves: {} };
		for (const [name, schedule] of Object.entries(made(steps))) {
			const model = deepNetwork({ inputCount: pixelCount, depth: 3, rng: rng("weights") });
			const optimizer = sgd(model.parameters(), { lr: LEARNING_RATE });
			const { stepLoss: _, ...curves } = await follow({ model, optimizer, train, test, schedule, epochs, batchSize, rng: rng("order") });
			measured.curves[name] = { ...curves, stepLoss: [] };
			measured.rates[name] = upTo(epochs * 10).map((i) =>
				schedule.kind === "step" ? schedule.at(Math.floor(((i - 1) * steps) / (epochs * 10)), LEARNING_RATE) : Number.NaN,
			);
		}
		return measured;
	},
	conclude(runs): Conclusion {
		const names = Object.keys(runs[0].curves);
		const of = (name: string, key: "trainLoss" | "testAccuracy" | "testLoss"): number[] =>
			runs.map(({ curves }) => last(curves[name][key]));
		const falling = names.slice(1);
		const { epochs } = runs[0].curves.constant;
		const unrest = (name: string): number =>
			mean(
				runs.map(({ curves }) =>
					mean(
						curves[name].testAccuracy
							.slice(-5)
							.map((value, i, tail) => (i === 0 ? Number.NaN : Math.abs(value - tail[i - 1])))
							.slice(1),
					),
				),
			);
		return {
			figures: [
				{
					title: "Learning rates",
					svg: lineChart(
						names.map((name) => ({ name, x: upTo(runs[0].rates[name].length).map((i) => i / 10), y: runs[0].rates[name] })),
						{ x: { label: "epoch" }, y: { label: "learning rate" }, height: 300 },
					),
					caption: "All have the same highest rate.",
				},
				{
					title: "Training loss",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								epochs,
								runs.map(({ curves }) => curves[name].trainLoss),
							),
						),
						{ x: { label: "epoch" }, y: { label: "training loss", unit: "nats", min: 0 } },
					),
					caption: "The falling schedules gain most at the end.",
				},
				{
					title: "Test accuracy",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								epochs,
								runs.map(({ curves }) => curves[name].testAccuracy),
							),
						),
						{ x: { label: "epoch" }, y: { label: "test accuracy" } },
					),
					caption: "A constant high rate goes on jumping.",
				},
			],
			claims: [
				{
					...{
						claim: "Every falling schedule ends with a smaller training loss than the constant rate",
						expected: "mean over the seeds, each of the five",
					},
					measured: names.map((name) => `${name} ${spread(of(name, "trainLoss"))}`).join(", "),
					holds: falling.every((name) => mean(of(name, "trainLoss")) < mean(of("constant", "trainLoss"))),
				},
				{
					...{
						claim: "It comes to rest",
						expected: "test accuracy changes less between the last epochs than with the constant rate, each of the five",
					},
					measured: names.map((name) => `${name} ${percent(unrest(name))}`).join(", "),
					holds: falling.every((name) => unrest(name) < unrest("constant")),
				},
				{
					...{ claim: "Test accuracy does not suffer", expected: "each within 1 point of the constant rate, or above" },
					measured: names.map((name) => `${name} ${spread(of(name, "testAccuracy"), percent)}`).join(", "),
					holds: falling.every((name) => mean(of(name, "testAccuracy")) > mean(of("constant", "testAccuracy")) - 0.01),
				},
			],
			shows: [
				`Test losses at the end: ${names.map((name) => `${name} ${short(mean(of(name, "testLoss")))}`).join(", ")}. A smaller training loss is not the same as a better network: with wrong labels among the examples, what settles best also learns them best by heart.`,
			],
		};
	},
});
