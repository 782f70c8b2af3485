/** Cross-entropy of probabilities of two classes. */
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { atLeast } from "../activations/clamp.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";
import { probabilityRule } from "./rules.ts";

/** Logarithms are not below it, so that a wrong certainty costs 100 nats and not infinitely many. PyTorch's value. */
const LEAST_LOG = -100;
/** p (1 − p) is not below it in the derivative. PyTorch's value. */
const LEAST_VARIANCE = 1e-12;

/**
 * −t · log p − (1 − t) · log(1 − p), logarithms not below −100; derivative (p − t) / max(p (1 − p), 1e-12). From logits
 * `binaryCrossEntropyWithLogits` keeps more digits.
 */
export const binaryCrossEntropy = defineElementwiseLoss<object>({
	name: "binaryCrossEntropy",
	formula: "−t log p − (1 − t) log(1 − p)",
	source: "—",
	torch: "nn.BCELoss",
	aliases: ["bce"],
	target: "binary",
	takesLogits: false,
	inNats: true,
	predictions: probabilityRule,
	options: {},
	build: (p, t) => {
		const hit = atLeast(scalars.log(p), LEAST_LOG);
		const miss = atLeast(scalars.log1p(p.neg()), LEAST_LOG);
		return t.mul(hit).add(constant(1).sub(t).mul(miss)).neg();
	},
	gradient: (grad, [p, t]) => {
		const variance = atLeast(p.mul(constant(1).sub(p)), LEAST_VARIANCE);
		const logit = atLeast(scalars.log1p(p.neg()), LEAST_LOG).sub(atLeast(scalars.log(p), LEAST_LOG));
		return [grad.mul(p.sub(t)).div(variance), grad.mul(logit)];
	},
});
