/** Plain and residual networks of 20 and 56 layers. */
import { buildNetwork, type LayerConfig, type Sequential, sgd } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band, last, mean, percent, smoothed, spread, upTo } from "./numbers.ts";
import { follow } from "./training.ts";

const depths = [20, 56] as const;
const kinds = ["plain", "residual"] as const;

interface Run {
	/** Loss by step, mean of the last 10. */
	readonly loss: number[];
	/** Training loss at the end, in inference mode. */
	readonly trainLoss: number;
	readonly testAccuracy: number;
}

type Measured = Record<string, Run>;

/** He's network for small images with `width` channels in the first stage, on images halved by averaging; without shortcuts if plain. */
function network(
	kind: (typeof kinds)[number],
	depth: number,
	{ shape, width }: { shape: readonly number[]; width: number },
): LayerConfig[] {
	const block = (out: number, stride: number): LayerConfig[] => {
		if (kind === "residual") return [{ basicBlock: { out, stride } }];
		const conv = (by: number): LayerConfig => ({ conv2d: { out, kernel: 3, stride: by, padding: 1, bias: false } });
		return [conv(stride), "batchNorm", "relu", conv(1), "batchNorm", "relu"];
	};
	const stages = [0, 1, 2].flatMap((stage) =>
		Array.from({ length: (depth - 2) / 6 }, (_, i) => block(width * 2 ** stage, stage > 0 && i === 0 ? 2 : 1)).flat(),
	);
	const halved: LayerConfig[] = shape[1] > 8 ? [{ avgPool2d: 2 }] : [];
	return [
		{ reshape: { shape: [...shape] } },
		...halved,
		{ conv2d: { out: width, kernel: 3, padding: 1, bias: false } },
		"batchNorm",
		"relu",
		...stages,
		"globalAvgPool",
		{ linear: 10 },
	];
}

export const residualDepth = defineExperiment<Measured>({
	name: "residual-depth",
	title: "Depth with and without shortcuts",
	question: "Why does a deeper network train worse, and what do shortcuts change?",
	setUp:
		"Networks of 20 and 56 layers after He et al. (three stages of 3×3 convolutions with batch normalisation; 8, 16, 32 channels), with shortcuts and without, on 600 images halved to 14×14; " +
		"SGD 0.05 with momentum 0.9, batches of 25, 24 epochs.",
	source: "He et al. 2015, arXiv:1512.03385, section 4.2; SPEC §13.10",
	practice:
		"Beyond some twenty layers use shortcuts. If a deeper network has a higher training loss than a shallower one, it is not over-fitting: it is not being trained.",
	seedCount: { quick: 1, full: 3 },
	async measure({ quick, images, rng }) {
		const { train, test, shape, pixelCount } = await images({ train: quick ? 200 : 600, test: quick ? 200 : 1000 });
		const measured: Measured = {};
		for (const depth of depths) {
			for (const kind of kinds) {
				const layers = network(kind, depth, { shape, width: quick ? 4 : 8 });
				const model: Sequential = buildNetwork(layers, { inputShape: [pixelCount], rng: rng("weights") });
				const optimizer = sgd(model.parameters(), { lr: 0.05, momentum: 0.9 });
				const epochs = quick ? 4 : 24;
				const run = await follow({ model, optimizer, train, test, epochs, batchSize: 25, every: epochs, rng: rng("order") });
				measured[`${kind} ${depth}`] = {
					loss: smoothed(run.stepLoss, 10),
					trainLoss: mean(run.stepLoss.slice(-10)),
					testAccuracy: last(run.testAccuracy),
				};
			}
		}
		return measured;
	},
	conclude(runs): Conclusion {
		const names = Object.keys(runs[0]);
		const losses = (name: string): number[] => runs.map((run) => run[name].trainLoss);
		const versus = (a: string, b: string): string => `${spread(losses(a))} against ${spread(losses(b))}`;
		return {
			figures: [
				{
					title: "Training loss by step",
					svg: lineChart(
						names.map((name) =>
							band(
								name,
								upTo(runs[0][name].loss.length),
								runs.map((run) => run[name].loss),
								{ color: name.startsWith("plain") ? 1 : 0, dashed: name.endsWith("20") },
							),
						),
						{ x: { label: "step" }, y: { label: "training loss, mean of 10 steps", unit: "nats", min: 0 } },
					),
					caption: "Dashed: 20 layers. What depth costs is the distance between a pair: with shortcuts it is smaller.",
				},
			],
			claims: [
				{
					...{ claim: "Plain: 56 layers train worse than 20", expected: "larger training loss at the end, mean over the seeds" },
					...{ measured: versus("plain 56", "plain 20"), holds: mean(losses("plain 56")) > mean(losses("plain 20")) },
				},
				{
					...{ claim: "Residual: 56 layers train better than plain 56", expected: "less than half the training loss" },
					...{ measured: versus("residual 56", "plain 56"), holds: mean(losses("residual 56")) < mean(losses("plain 56")) / 2 },
				},
				{
					...{ claim: "Residual: depth costs little", expected: "training loss of 56 layers at most 0.15 nats above that of 20" },
					...{ measured: versus("residual 56", "residual 20"), holds: mean(losses("residual 56")) < mean(losses("residual 20")) + 0.15 },
				},
			],
			shows: [
				`Test accuracies: ${names
					.map(
						(name) =>
							`${name} ${spread(
								runs.map((run) => run[name].testAccuracy),
								percent,
							)}`,
					)
					.join(
						", ",
					)}. The deep plain network has every function of the shallow one within reach and does not find it; a block that only has to add a correction to what passes by it does.`,
			],
		};
	},
});
