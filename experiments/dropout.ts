/** Dropout on the network that over-fits. */
import { lineChart } from "gradus/report";
import { type Conclusion, defineExperiment } from "./framework.ts";
import { band } from "./numbers.ts";
import { accuracyChart, overfitSetUp, trainOverfitting } from "./overfit.ts";
import { remedyClaims } from "./remedy.ts";
import type { Curves } from "./training.ts";

interface Measured {
	readonly plain: Curves;
	readonly remedied: Curves;
	/** With classic dropout, which scales values at inference instead of while training. */
	readonly classic: Curves;
}

export const dropout = defineExperiment<Measured>({
	name: "dropout",
	title: "Dropout against over-fitting",
	question: "Does training with units that are missing at random narrow the gap between training and test?",
	setUp:
		"The network of over-fitting with 15 % of the values dropped after each hidden layer, and without, from the same start. Classic dropout, the original one, leaves what stays as it is while training and scales at inference; " +
		`inverted dropout, today's usual one, scales while training. ${overfitSetUp}`,
	source: "Srivastava et al. 2014, JMLR 15; Saito 2016, chapter 6.4.3; SPEC §13.6",
	practice:
		"Dropout of 0.1 to 0.5 after large hidden layers acts like an average over many networks. It slows training: give it more epochs. Beside batch normalisation it often brings little.",
	seedCount: { quick: 1, full: 3 },
	measure: async (context) => ({
		plain: await trainOverfitting(context),
		remedied: await trainOverfitting(context, { dropout: 0.15 }),
		classic: await trainOverfitting(context, { dropout: 0.15, mode: "classic" }),
	}),
	conclude(runs): Conclusion {
		const classic = remedyClaims(
			"classic dropout 0.15",
			runs.map((run) => ({ plain: run.plain, remedied: run.classic })),
		);
		const inverted = remedyClaims("inverted dropout 0.15", runs);
		const x = runs[0].plain.epochs;
		return {
			figures: [
				{
					title: "With classic dropout 0.15",
					svg: accuracyChart(
						"classic dropout 0.15",
						runs.map((run) => run.classic),
					),
					caption: "Accuracy in inference mode, where nothing is dropped.",
				},
				{
					title: "With inverted dropout 0.15",
					svg: accuracyChart(
						"inverted dropout 0.15",
						runs.map(({ remedied }) => remedied),
					),
					caption: "Accuracy in inference mode, where nothing is dropped.",
				},
				{
					title: "Test loss",
					svg: lineChart(
						[
							band(
								"without dropout",
								x,
								runs.map(({ plain }) => plain.testLoss),
							),
							band(
								"with inverted dropout",
								x,
								runs.map(({ remedied }) => remedied.testLoss),
							),
						],
						{ x: { label: "epoch" }, y: { label: "test loss", unit: "nats", min: 0 } },
					),
					caption: "Loss on test images: it also counts how sure the network is where it errs.",
				},
			],
			claims: [...classic.claims, ...inverted.claims],
			shows: [
				classic.says,
				inverted.says,
				"The two forms give the same network in the end, not the same training: without the factor 1 / 0.85 in each of six layers, classic dropout trains on a signal of 0.38 of its size, which is slower by itself.",
			],
		};
	},
});
