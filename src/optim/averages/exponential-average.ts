/** An exponential moving average of the weights (EMA). */
import { decayOption, truthOption } from "../../core/options.ts";
import { defineAverage } from "./weight-average.ts";

/** Options of `exponentialAverage`. */
export interface ExponentialAverageOptions {
	/** Share of the old average that is kept at each update, in [0, 1). Default 0.999: about the last thousand updates count. */
	readonly decay?: number;
	/** Whether less is kept at first, min(decay, (1 + t) / (10 + t)), so that the initial weights are soon forgotten. Default true. */
	readonly warmup?: boolean;
}

/** a ← d a + (1 − d) p after each update, starting from the parameters as they are. */
export const exponentialAverage = defineAverage<ExponentialAverageOptions>({
	name: "exponentialAverage",
	formula: "a ← d a + (1 − d) p",
	source: "Polyak & Juditsky 1992, SIAM Journal on Control and Optimization 30; warm-up as in tf.train.ExponentialMovingAverage",
	torch: null,
	aliases: ["ema"],
	shorthand: "decay",
	options: {
		decay: decayOption("share of the old average that is kept at each update", 0.999),
		warmup: truthOption("whether less is kept at first, so that the initial weights are soon forgotten", true),
	},
	rule: ({ decay, warmup }) => ({
		weightAt: (t) => 1 - (warmup ? Math.min(decay, (1 + t) / (10 + t)) : decay),
		isReady: () => true,
	}),
});
