/** LAMB: Adam with a step whose length is a share of each tensor's own norm. */
import { atLeastZero } from "../../core/options.ts";
import { call, constant, formula } from "../../kernels/formula.ts";
import { select, sqrt } from "../../kernels/scalars/index.ts";
import { square } from "../../tensor/ops/arithmetic.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { sum } from "../../tensor/ops/reduce.ts";
import { allocate } from "../../tensor/tensor.ts";
import { defineTensorOptimizer } from "../technique.ts";
import { mapInto } from "../tensorwise.ts";
import { type AdamOptions, adamOptions } from "./adam.ts";

const moments = formula(
	"lambMoments",
	(p, g, mean, squares, keep1, take1, keep2, take2, inverseCorrection, inverseRoot, epsilon, decay) => {
		const nextMean = keep1.mul(mean).add(take1.mul(g));
		const nextSquare = keep2.mul(squares).add(take2.mul(g.square()));
		const denominator = call(sqrt, nextSquare).mul(inverseRoot).add(epsilon);
		return [nextMean, nextSquare, nextMean.mul(inverseCorrection).div(denominator).add(decay.mul(p))];
	},
);

/** ‖p‖ / ‖u‖ from the sums of squares; 1 where either is 0. */
const trustRatio = formula("trustRatio", (p, u) => {
	const ratio = call(sqrt, p).div(call(sqrt, u));
	return call(select, u.gt(0), call(select, p.gt(0), ratio, constant(1)), constant(1));
});

const move = formula("lambMove", (p, u, ratio, lr) => p.sub(lr.mul(ratio).mul(u)));

/**
 * u = m̂ / (√v̂ + ε) + λ p, p ← p − lr · ‖p‖ / ‖u‖ · u, each tensor by its own norms; the ratio is 1 where either norm is 0.
 * `weightDecay` is the λ inside u, 0.01 unless given.
 */
export const lamb = defineTensorOptimizer<AdamOptions>({
	name: "lamb",
	formula: "u = m̂ / (√v̂ + ε) + λ p, p ← p − lr · ‖p‖ / ‖u‖ · u",
	source: "You et al. 2020, arXiv:1904.00962",
	torch: null,
	defaults: { lr: 1e-3, weightDecay: 0.01 },
	options: { ...adamOptions, epsilon: atLeastZero("added to the root of the second moment", 1e-6) },
	rule: ({ betas: [beta1, beta2], epsilon }) => ({
		momentum: beta1,
		ownDecay: true,
		slots: (_, { shape }) => ({ mean: shape, square: shape }),
		update({ value, gradient, slots: { mean, square: squares }, step, lr, momentum, settings }) {
			const direction = allocate(value.executor, "float32", value.shape);
			const numbers = [momentum, 1 - momentum, beta2, 1 - beta2, 1 / (1 - momentum ** step), 1 / Math.sqrt(1 - beta2 ** step)];
			mapInto(moments, [value, gradient, mean, squares, ...numbers, epsilon, settings.weightDecay], [mean, squares, direction]);
			const ratio = applyFormula(trustRatio, [sum(square(value)), sum(square(direction))]);
			mapInto(move, [value, direction, ratio, lr], [value]);
		},
	}),
});
