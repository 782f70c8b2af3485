/** Cross-entropy that looks away from easy examples. */
import { atLeastZero, numberOption } from "../../core/options.ts";
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { atLeast } from "../activations/clamp.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";
import type { CommonLossOptions, UnitOptions } from "./loss.ts";
import { zeroOrOneRule } from "./rules.ts";

/** Options of `focal`. */
export interface FocalOptions extends CommonLossOptions, UnitOptions {
	/** How strongly easy examples are played down, ≥ 0; 0 is cross-entropy. Default 2. */
	readonly gamma?: number;
	/** Weight of positives, 0 to 1, negatives having 1 − alpha; the paper takes 0.25 with gamma 2. Default null: 1 for both. */
	readonly alpha?: number | null;
}

/** e^−800 is 0 in every type. */
const FAR = 800;

/** −α_t (1 − p_t)^γ log p_t, p_t = σ(x) for target 1 and 1 − σ(x) for target 0: detectors have far more easy negatives than positives. */
export const focal = defineElementwiseLoss<{ gamma?: number; alpha?: number | null }>({
	name: "focal",
	formula: "−α_t (1 − p_t)^γ log p_t",
	source: "Lin et al. 2017, arXiv:1708.02002",
	torch: "torchvision.ops.sigmoid_focal_loss",
	target: "binary",
	takesLogits: true,
	inNats: true,
	options: {
		gamma: atLeastZero("how strongly easy examples are played down", 2),
		alpha: numberOption("weight of positives, negatives having 1 − alpha", null, { min: 0, max: 1 }),
	},
	targets: () => zeroOrOneRule,
	build: (x, t, { gamma, alpha }) => {
		// z is the logit of p_t: then log p_t = −softplus(−z), and (1 − p_t)^γ = e^(−γ softplus(z)) has a derivative for every γ.
		const z = scalars.select(t.gt(0.5), x, x.neg());
		const doubt = scalars.exp(scalars.softplus(atLeast(z, -FAR)).mul(-gamma));
		const loss = doubt.mul(scalars.softplus(z.neg()));
		if (alpha === null) return loss;
		return loss.mul(scalars.select(t.gt(0.5), alpha, constant(1 - alpha)));
	},
});
