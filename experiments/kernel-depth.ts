/** One 5×5 kernel against two 3×3. */
import { adam, buildNetwork, type LayerConfig, randomNormal, type Sequential, scope, summary, tensor } from "gradus";
import { lineChart } from "gradus/report";
import { type Claim, type Conclusion, defineExperiment, type MeasureContext } from "./framework.ts";
import { band, last, mean, percent, spread } from "./numbers.ts";
import { type Curves, follow } from "./training.ts";

const CHANNELS = 8;
const designs: Readonly<Record<string, number[]>> = { "one 5×5": [5], "two 3×3": [3, 3] };

interface Design {
	/** Weights of a stack with one channel, without biases. */
	readonly weights: number;
	/** The same with `CHANNELS` in and out. */
	readonly channelWeights: number;
	/** Side of the square of inputs that one output sees. */
	readonly field: number;
	readonly curves: Curves;
}

type Measured = Record<string, Design>;

const stack = (kernels: readonly number[], out: number): LayerConfig[] =>
	kernels.map((kernel) => ({ conv2d: { out, kernel, padding: "same", bias: false } }));

/** Side of the square where the gradient of the middle output in the input is not 0. */
function fieldOf(kernels: readonly number[], context: MeasureContext): number {
	const model = buildNetwork(stack(kernels, 1), { inputShape: [1, 15, 15], rng: context.rng("field") });
	return scope(() => {
		const x = randomNormal([1, 1, 15, 15], context.rng("field input")).requireGrad();
		const middle = new Float32Array(225);
		middle[7 * 15 + 7] = 1;
		model
			.forward(x)
			.mul(tensor(middle, { shape: [1, 1, 15, 15] }))
			.sum()
			.backward();
		const gradient = Array.from(x.grad?.dataSync() ?? []);
		return Math.sqrt(gradient.filter((value) => value !== 0).length);
	});
}

const weightsOf = (kernels: readonly number[], channels: number, context: MeasureContext): number =>
	summary(buildNetwork(stack(kernels, channels), { inputShape: [channels, 15, 15], rng: context.rng("count") }), [channels, 15, 15])
		.parameterCount;

function network(kernels: readonly number[], shape: readonly number[], context: MeasureContext): Sequential {
	const stage = (out: number): LayerConfig[] => [
		...kernels.flatMap((kernel): LayerConfig[] => [{ conv2d: { out, kernel, padding: "same" } }, "relu"]),
		{ maxPool2d: 2 },
	];
	const layers: LayerConfig[] = [
		{ reshape: { shape: [...shape] } },
		{ conv2d: { out: CHANNELS, kernel: 1 } },
		...stage(CHANNELS),
		...stage(CHANNELS),
		"flatten",
		{ linear: 10 },
	];
	return buildNetwork(layers, { inputShape: [shape[0] * shape[1] * shape[2]], rng: context.rng("weights") });
}

export const kernelDepth = defineExperiment<Measured>({
	name: "kernel-depth",
	title: "One 5×5 kernel or two 3×3",
	question: "Why do modern networks stack small kernels?",
	setUp: `Weights and receptive fields are counted; the field is where the gradient of one output in the input is not 0. Then two stages of ${CHANNELS} channels on 1,500 images, Adam 1e-3, batches of 50, 6 epochs, each stage with one 5×5 or two 3×3 convolutions.`,
	source: "Simonyan & Zisserman 2015, arXiv:1409.1556, section 2.3; SPEC §13.10",
	practice:
		"Prefer two 3×3 to one 5×5 and three to one 7×7: the same field, fewer weights and multiply-adds, one more nonlinearity. `gradus` prints both counts with `summary`.",
	seedCount: { quick: 1, full: 3 },
	async measure(context) {
		const { train, test, shape } = await context.images({ train: context.quick ? 400 : 1500, test: context.quick ? 400 : 2000 });
		const measured: Measured = {};
		for (const [name, kernels] of Object.entries(designs)) {
			const model = network(kernels, shape, context);
			const optimizer = adam(model.parameters(), { lr: context.quick ? 3e-3 : 1e-3 });
			measured[name] = {
				...{
					weights: weightsOf(kernels, 1, context),
					channelWeights: weightsOf(kernels, CHANNELS, context),
					field: fieldOf(kernels, context),
				},
				curves: await follow({
					model,
					optimizer,
					train,
					test,
					epochs: context.quick ? 4 : 6,
					batchSize: context.quick ? 25 : 50,
					rng: context.rng("order"),
				}),
			};
		}
		return measured;
	},
	conclude(runs, { quick }): Conclusion {
		const [five, three] = Object.keys(designs);
		const count = (claim: string, expected: [number, number], of: (design: Design) => number): Claim => ({
			...{ claim, expected: `${expected[0]} and ${expected[1]}`, measured: `${of(runs[0][five])} and ${of(runs[0][three])}`, exact: true },
			holds: of(runs[0][five]) === expected[0] && of(runs[0][three]) === expected[1],
		});
		const accuracy = (name: string): number[] => runs.map((run) => last(run[name].curves.testAccuracy));
		const points = quick ? 0.05 : 0.01;
		return {
			figures: [
				{
					title: "Test accuracy by epoch",
					svg: lineChart(
						[five, three].map((name) =>
							band(
								name,
								runs[0][name].curves.epochs,
								runs.map((run) => run[name].curves.testAccuracy),
							),
						),
						{ x: { label: "epoch" }, y: { label: "test accuracy", max: 1 } },
					),
					caption: "Two stages of either design.",
				},
			],
			claims: [
				count("Weights of one 5×5 and two 3×3 kernels", [25, 18], ({ weights }) => weights),
				count(
					`Weights with ${CHANNELS} channels in and out`,
					[25 * CHANNELS ** 2, 18 * CHANNELS ** 2],
					({ channelWeights }) => channelWeights,
				),
				count("Both see a square of five by five", [5, 5], ({ field }) => field),
				{
					...{
						claim: "Two 3×3 are no worse",
						expected: `mean test accuracy at most ${100 * points} points lower${quick ? " (quick tolerance)" : ""}`,
					},
					...{
						measured: `${spread(accuracy(three), percent)} against ${spread(accuracy(five), percent)}`,
						holds: mean(accuracy(three)) > mean(accuracy(five)) - points,
					},
				},
			],
			shows: [
				`With 28 % fewer weights in its convolutions the design of two 3×3 kernels reaches ${spread(accuracy(three), percent)} on test images, that of one 5×5 ${spread(accuracy(five), percent)}.`,
			],
		};
	},
});
