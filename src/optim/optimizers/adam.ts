/** Adam. */
import { atLeastZero, decayOption, numbersOption } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import type { UpdateRule } from "../elementwise.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `adam` and `adamW`. */
export interface AdamOptions {
	/** Decay of the first and second moment, each in [0, 1). Default [0.9, 0.999]. */
	readonly betas?: readonly [number, number];
	/** Added to the root of the second moment. Default 1e-8. */
	readonly epsilon?: number;
}

const update = formula("adam", (p, g, mean, square, stepSize, inverseRoot, keep1, take1, keep2, take2, epsilon) => {
	const nextMean = keep1.mul(mean).add(take1.mul(g));
	const nextSquare = keep2.mul(square).add(take2.mul(g.square()));
	const denominator = call(sqrt, nextSquare).mul(inverseRoot).add(epsilon);
	return [p.sub(stepSize.mul(nextMean).div(denominator)), nextMean, nextSquare];
});

/** Specs of Adam's own options. */
export const adamOptions = {
	betas: numbersOption("decay of the first and second moment", decayOption("decay"), [0.9, 0.999]),
	epsilon: atLeastZero("added to the root of the second moment", 1e-8),
};

/** Adam's rule. */
export function adamRule({ betas: [beta1, beta2], epsilon }: { betas: readonly number[]; epsilon: number }): UpdateRule {
	return {
		slots: { mean: 0, square: 0 },
		formula: update,
		momentum: beta1,
		numbers: ({ step, lr, momentum }) => [
			lr / (1 - momentum ** step),
			1 / Math.sqrt(1 - beta2 ** step),
			momentum,
			1 - momentum,
			beta2,
			1 - beta2,
			epsilon,
		],
	};
}

/** m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − lr · m̂ / (√v̂ + ε) with m̂, v̂ corrected for their start at 0. */
export const adam = defineOptimizer<AdamOptions>({
	name: "adam",
	formula: "p ← p − lr · m̂ / (√v̂ + ε)",
	source: "Kingma & Ba 2015, arXiv:1412.6980",
	torch: "optim.Adam",
	defaults: { lr: 1e-3 },
	options: adamOptions,
	rule: adamRule,
});
