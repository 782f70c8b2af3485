/** Weight decay on the network that over-fits. */
import { barChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { accuracyChart, gapOf, overfitSetUp, trainOverfitting } from "./overfit.ts";
import { remedyClaims } from "./remedy.ts";
import type { Curves } from "./training.ts";

interface Measured {
	readonly plain: Curves;
	readonly remedied: Curves;
}

export const weightDecay = defineExperiment<Measured>({
	name: "weight-decay",
	title: "Weight decay against over-fitting",
	question: "Does a price on large weights narrow the gap between training and test?",
	setUp: `The network of over-fitting with ½ · 0.1 · ‖W‖² added to the loss, and without, from the same start. ${overfitSetUp}`,
	source: "Krogh & Hertz 1992; Saito 2016, chapter 6.4.2; SPEC §13.6",
	practice:
		"Try λ on a logarithmic scale. With plain SGD a loss term and decay of the weights are the same thing; with Adam they are not: use AdamW's decoupled decay. Biases and normalisation scales are left out by default.",
	seedCount: { quick: 1, full: 3 },
	measure: async (context) => ({ plain: await trainOverfitting(context), remedied: await trainOverfitting(context, { l2: 0.1 }) }),
	conclude(runs): Conclusion {
		const { claims, says } = remedyClaims("weight decay 0.1", runs);
		return {
			figures: [
				{
					title: "With weight decay 0.1",
					svg: accuracyChart(
						"weight decay 0.1",
						runs.map(({ remedied }) => remedied),
					),
					caption: "Training accuracy rises more slowly and no longer to 100 %.",
				},
				{
					title: "The gap by seed",
					svg: barChart(
						{
							categories: runs.map((_, i) => `seed ${i + 1}`),
							series: [
								{ name: "without", values: runs.map(({ plain }) => gapOf(plain)) },
								{ name: "with weight decay", values: runs.map(({ remedied }) => gapOf(remedied)) },
							],
						},
						{ y: { label: "training less test accuracy" }, height: 280 },
					),
					caption: "Difference of the accuracies after 201 epochs.",
				},
			],
			claims,
			shows: [says],
		};
	},
});
