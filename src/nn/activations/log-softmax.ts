/** Scores as log-probabilities. */
import { integerOption } from "../../core/options.ts";
import { logSoftmax as logSoftmaxOp } from "../../tensor/ops/softmax.ts";
import { defineWholeActivation } from "./activation.ts";
import type { SoftmaxOptions } from "./softmax.ts";

/** x − log Σ eˣ along an axis, finite where softmax itself would round to 0. */
export const logSoftmax = defineWholeActivation<SoftmaxOptions>({
	name: "logSoftmax",
	formula: "x − log Σ eˣ",
	source: "—",
	torch: "nn.LogSoftmax",
	options: { axis: integerOption("axis of the classes", -1) },
	range: [Number.NEGATIVE_INFINITY, 0],
	zeroCentred: false,
	saturates: "right",
	// As for the sigmoid, which softmax is for two scores.
	gain: 1,
	apply: (x, { axis }) => logSoftmaxOp(x, axis),
});
