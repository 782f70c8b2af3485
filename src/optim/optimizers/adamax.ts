/** Adamax. */
import { call, formula } from "../../kernels/formula.ts";
import { abs, maximum } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";
import { type AdamOptions, adamOptions } from "./adam.ts";

const update = formula("adamax", (p, g, mean, bound, stepSize, keep1, take1, keep2, epsilon) => {
	const nextMean = keep1.mul(mean).add(take1.mul(g));
	const nextBound = call(maximum, keep2.mul(bound), call(abs, g).add(epsilon));
	return [p.sub(stepSize.mul(nextMean).div(nextBound)), nextMean, nextBound];
});

/** Adam with the infinity norm: u ← max(β₂ u, |g| + ε), p ← p − lr · m̂ / u. */
export const adamax = defineOptimizer<AdamOptions>({
	name: "adamax",
	formula: "u ← max(β₂ u, |g| + ε), p ← p − lr · m̂ / u",
	source: "Kingma & Ba 2015, arXiv:1412.6980, section 7.1",
	torch: "optim.Adamax",
	defaults: { lr: 2e-3 },
	options: adamOptions,
	rule: ({ betas: [beta1, beta2], epsilon }) => ({
		slots: { mean: 0, bound: 0 },
		formula: update,
		momentum: beta1,
		numbers: ({ step, lr, momentum }) => [lr / (1 - momentum ** step), momentum, 1 - momentum, beta2, epsilon],
	}),
});
