/** Over-fitting: a large network learns 300 images by heart. */

import { sgd } from "gradus";
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment, type MeasureContext } from "./framework.ts";
import { band, last, percent, spread } from "./numbers.ts";
import { type Curves, deepNetwork, follow } from "./training.ts";

/** What keeps the network of this experiment from learning by heart, in the experiments that compare with it. */
export interface Remedy {
	/** λ of ½ λ ‖W‖² in the loss. */
	readonly l2?: number;
	/** Share of hidden values dropped while training. */
	readonly dropout?: number;
	/** Default "inverted". */
	readonly mode?: "inverted" | "classic";
}

/** The set-up of the experiment, in words. */
export const overfitSetUp =
	"300 training images; a network of 7 layers (6 × 100 ReLU units and ten outputs, He's start), SGD with learning rate 0.01, batches of 100, 201 epochs. " +
	"Both accuracies are measured in inference mode.";

/** Trains the network that over-fits, with or without a remedy. 201 epochs of three steps are quick enough for CI as well. */
export async function trainOverfitting(context: MeasureContext, { l2 = 0, dropout = 0, mode = "inverted" }: Remedy = {}): Promise<Curves> {
	const { train, test, pixelCount } = await context.images({ train: 300, test: context.quick ? 1000 : 5000 });
	const after = dropout === 0 ? [] : [{ dropout: { p: dropout, mode } }];
	const model = deepNetwork({ inputCount: pixelCount, depth: 6, after, rng: context.rng("weights") });
	const optimizer = sgd(model.parameters(), { lr: 0.01, l2 });
	return follow({ model, optimizer, train, test, epochs: 201, batchSize: 100, every: context.quick ? 20 : 10, rng: context.rng("order") });
}

/** Training less test accuracy at the end. */
export const gapOf = (curves: Curves): number => last(curves.trainAccuracy) - last(curves.testAccuracy);

/** Accuracies by epoch. */
export function accuracyChart(title: string, runs: readonly Curves[]): string {
	const x = runs[0].epochs;
	return lineChart(
		[
			band(
				"training",
				x,
				runs.map(({ trainAccuracy }) => trainAccuracy),
			),
			band(
				"test",
				x,
				runs.map(({ testAccuracy }) => testAccuracy),
			),
		],
		{ title, x: { label: "epoch" }, y: { label: "accuracy", min: 0, max: 1 } },
	);
}

export const overfit = defineExperiment<Curves>({
	name: "overfit",
	title: "Over-fitting",
	question: "What happens when a network has far more parameters than examples?",
	setUp: overfitSetUp,
	source: "SPEC §13.6; Zhang et al. 2017, arXiv:1611.03530, on networks that learn by heart",
	practice:
		"Look at training and validation accuracy together: a gap that widens while training accuracy nears 100 % is over-fitting. " +
		"More data helps most; next come weight decay, dropout, augmentation, early stopping and a smaller network.",
	seedCount: { quick: 1, full: 3 },
	measure: (context) => trainOverfitting(context),
	conclude(runs, { data }): Conclusion {
		const [train, test, gap] = [runs.map((run) => last(run.trainAccuracy)), runs.map((run) => last(run.testAccuracy)), runs.map(gapOf)];
		return {
			figures: [
				{
					title: "Accuracy on training and test images",
					svg: accuracyChart("300 images, 7 layers", runs),
					caption: "Training accuracy reaches 100 %; test accuracy stops rising long before.",
				},
			],
			claims: [
				{
					...{ claim: "The training images are learned completely", expected: "training accuracy 100 % with every seed" },
					...{ measured: spread(train, percent), holds: train.every((share) => share === 1) },
				},
				{
					...{ claim: "Test accuracy stays far below", expected: "between 60 % and 85 % with every seed (MNIST)" },
					...{ measured: spread(test, percent), holds: test.every((share) => share >= 0.6 && share <= 0.85) },
				},
				{
					...{ claim: "A gap remains", expected: "more than 15 points with every seed" },
					...{ measured: spread(gap, percent), holds: gap.every((share) => share > 0.15) },
				},
			],
			shows: [
				`With 300 images of ${data} the network ends at ${percent(last(train))} on what it has seen and ${spread(test, percent)} on what it has not: ` +
					"it has room to store every example, and nothing makes it prefer what carries over to others.",
			],
		};
	},
});
