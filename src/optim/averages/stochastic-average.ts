/** Stochastic weight averaging (SWA). */
import { integerOption } from "../../core/options.ts";
import { defineAverage } from "./weight-average.ts";

/** Options of `stochasticAverage`. */
export interface StochasticAverageOptions {
	/** Updates that are passed over before the first that counts. Default 0. */
	readonly start?: number;
	/** From then on, each how many-th update counts; the steps of an epoch, usually. Default 1. */
	readonly every?: number;
}

/**
 * The plain mean of the parameters after updates start + 1, start + 1 + every, … Until the first of them evaluation sees the parameters
 * themselves.
 *
 * Batch normalisation measured its population with other weights: after training, swap the average in and measure anew.
 *
 * @example
 * const average = stochasticAverage(optimizer, { start: 3000, every: 100 });
 * // … training, then:
 * average.swap();
 * await reestimatePopulation(model, batches);
 */
export const stochasticAverage = defineAverage<StochasticAverageOptions>({
	name: "stochasticAverage",
	formula: "a ← (n a + p) / (n + 1)",
	source: "Izmailov et al. 2018, arXiv:1803.05407",
	torch: "optim.swa_utils.AveragedModel",
	aliases: ["swa"],
	options: {
		start: integerOption("updates that are passed over before the first that counts", 0, { min: 0 }),
		every: integerOption("from then on, each how many-th update counts", 1, { min: 1 }),
	},
	rule({ start, every }) {
		const taken = (updateCount: number): number => (updateCount <= start ? 0 : Math.floor((updateCount - start - 1) / every) + 1);
		return {
			weightAt: (t) => (t > start && (t - start - 1) % every === 0 ? 1 / taken(t) : null),
			isReady: (updateCount) => taken(updateCount) > 0,
		};
	},
});
