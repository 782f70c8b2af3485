/** Scores as probabilities. */
import { integerOption } from "../../core/options.ts";
import { softmax as softmaxOp } from "../../tensor/ops/softmax.ts";
import { defineWholeActivation } from "./activation.ts";

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
	/** Axis along which the probabilities sum to 1; negative ones count from the end. Default −1. */
	readonly axis?: number;
}

/** exp(x − max x) / Σ exp(x − max x) along an axis. */
export const softmax = defineWholeActivation<SoftmaxOptions>({
	name: "softmax",
	formula: "eˣ / Σ eˣ",
	source: "Bridle 1990",
	torch: "nn.Softmax",
	options: { axis: integerOption("axis along which the probabilities sum to 1", -1) },
	range: [0, 1],
	zeroCentred: false,
	saturates: "both sides",
	// As for the sigmoid, which it is for two scores.
	gain: 1,
	apply: (x, { axis }) => softmaxOp(x, axis),
});
