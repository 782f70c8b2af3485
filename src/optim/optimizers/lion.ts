/** Lion: the sign of an interpolated momentum. */
import { decayOption, numbersOption } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { sign } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `lion`. */
export interface LionOptions {
	/** Weight of the old momentum in the step, and in the new momentum. Default [0.9, 0.99]. */
	readonly betas?: readonly [number, number];
}

const update = formula("lion", (p, g, mean, lr, keep1, take1, keep2, take2) => {
	const direction = call(sign, keep1.mul(mean).add(take1.mul(g)));
	return [p.sub(lr.mul(direction)), keep2.mul(mean).add(take2.mul(g))];
});

/** p ← p − lr · sign(β₁ m + (1 − β₁) g), m ← β₂ m + (1 − β₂) g. Rates are 3 to 10 times smaller than AdamW's, decay as much larger. */
export const lion = defineOptimizer<LionOptions>({
	name: "lion",
	formula: "p ← p − lr · sign(β₁ m + (1 − β₁) g), m ← β₂ m + (1 − β₂) g",
	source: "Chen et al. 2023, arXiv:2302.06675",
	torch: null,
	defaults: { lr: 1e-4 },
	options: { betas: numbersOption("weight of the old momentum in the step, and in the new momentum", decayOption("weight"), [0.9, 0.99]) },
	rule: ({ betas: [beta1, beta2] }) => ({
		slots: { mean: 0 },
		formula: update,
		momentum: beta1,
		numbers: ({ lr, momentum }) => [lr, momentum, 1 - momentum, beta2, 1 - beta2],
	}),
});
