/** The gain of an activation from its formula: the argument by which He et al. 2015 find √2 for ReLU. */
import type { Formula } from "../../kernels/formula.ts";
import { makeUnary } from "../../kernels/reference/evaluate.ts";

/** Beyond ±8 the normal density is below 1e-14. */
const REACH = 8;
/** Intervals; kinks at multiples of 1/100 lie on the grid, where the trapezoidal rule stays exact to 1e-6. */
const COUNT = 1600;

/**
 * 1 / √E f(z)² for standard normal z: weights scaled by it keep the second moment of values from layer to layer.
 *
 * @see He et al. 2015, arXiv:1502.01852, section 2.2
 */
export function secondMomentGain(of: Formula): number {
	const f = makeUnary(of);
	const step = (2 * REACH) / COUNT;
	let sum = 0;
	for (let i = 0; i <= COUNT; i++) {
		const z = -REACH + i * step;
		sum += f(z) ** 2 * Math.exp((-z * z) / 2);
	}
	return 1 / Math.sqrt((sum * step) / Math.sqrt(2 * Math.PI));
}
