/** Max-norm: a bound on the weights that enter one unit. */
import { call, constant, formula } from "../kernels/formula.ts";
import * as s from "../kernels/scalars/index.ts";
import { square } from "../tensor/ops/arithmetic.ts";
import { applyFormula, broadcastOperand } from "../tensor/ops/elementwise.ts";
import { sum } from "../tensor/ops/reduce.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

const factor = formula("maxNormFactor", (squares, bound) => call(s.minimum, constant(1), bound.div(call(s.sqrt, squares))));
const scaled = formula("scaled", (x, by) => x.mul(by));

/**
 * Scales each unit's incoming weights, the slices along axis 0, so that their L2 norm is at most `maxNorm`; in place.
 *
 * @see Srivastava et al. 2014, JMLR 15, section 5.1
 */
export function limitUnitNorms(weight: Tensor, maxNorm: number): void {
	scope(
		() =>
			noGrad(() => {
				const axes = weight.shape.map((_, axis) => axis).slice(1);
				const squares = sum(square(weight), axes, { keepDims: true });
				const factors = applyFormula(factor, [squares, maxNorm]);
				weight.executor.kernels.map(scaled, [weight, broadcastOperand(factors, weight.shape)], [weight]);
			}),
		{ name: "max-norm" },
	);
}
