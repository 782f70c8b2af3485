/** RAdam: Adam that waits until its second moment can be trusted. */
import { call, formula } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";
import { type AdamOptions, adamOptions } from "./adam.ts";

const update = formula("rAdam", (p, g, mean, square, stepSize, plain, adaptive, keep1, take1, keep2, take2, epsilon) => {
	const nextMean = keep1.mul(mean).add(take1.mul(g));
	const nextSquare = keep2.mul(square).add(take2.mul(g.square()));
	const scale = plain.add(adaptive.div(call(sqrt, nextSquare).add(epsilon)));
	return [p.sub(stepSize.mul(nextMean).mul(scale)), nextMean, nextSquare];
});

/** Below this many independent gradients in the second moment, steps are not scaled by it. */
const LEAST_LENGTH = 5;

/** Plain momentum for the first steps, then Adam's step times r_t, which makes up for the variance of its scale. */
export const rAdam = defineOptimizer<AdamOptions>({
	name: "rAdam",
	formula: "p ← p − lr · r · m̂ / (√v̂ + ε) once ρ > 5, before that p ← p − lr · m̂",
	source: "Liu et al. 2020, arXiv:1908.03265",
	torch: "optim.RAdam",
	aliases: ["radam"],
	defaults: { lr: 1e-3 },
	options: adamOptions,
	rule: ({ betas: [beta1, beta2], epsilon }) => ({
		slots: { mean: 0, square: 0 },
		formula: update,
		momentum: beta1,
		numbers({ step, lr, momentum }) {
			const correction = 1 - beta2 ** step;
			const longest = 2 / (1 - beta2) - 1;
			const length = longest - (2 * step * beta2 ** step) / correction;
			const trusted = length > LEAST_LENGTH;
			const ratio = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
			const adaptive = trusted ? Math.sqrt(ratio) * Math.sqrt(correction) : 0;
			return [lr / (1 - momentum ** step), trusted ? 0 : 1, adaptive, momentum, 1 - momentum, beta2, 1 - beta2, epsilon];
		},
	}),
});
