/** Adam: steps scaled by running moments of the gradient (Kingma & Ba 2015, arXiv:1412.6980). */
import { ArgumentError } from "../core/errors.ts";
import { call, formula } from "../kernels/formula.ts";
import { sqrt } from "../kernels/scalars/index.ts";
import type { ParameterBlock } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Optimizer } from "./optimizer.ts";

/** Options of `adam`. */
export interface AdamOptions {
	/** Learning rate. Default 1e-3. */
	readonly lr?: number;
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

/**
 * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − lr · m̂ / (√v̂ + ε) with m̂, v̂ corrected for their start at 0.
 *
 * @throws ArgumentError for a β outside [0, 1) or a negative ε
 */
export function adam(parameters: ParameterBlock | readonly Tensor[], options: AdamOptions = {}): Optimizer {
	const { lr = 1e-3, betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = options;
	for (const beta of [beta1, beta2]) {
		if (!(beta >= 0 && beta < 1)) throw new ArgumentError(`adam: expected betas in [0, 1), received ${beta}.`);
	}
	if (!(epsilon >= 0)) throw new ArgumentError(`adam: expected an epsilon ≥ 0, received ${epsilon}.`);
	const numbers = (step: number, rate: number): number[] => [
		rate / (1 - beta1 ** step),
		1 / Math.sqrt(1 - beta2 ** step),
		beta1,
		1 - beta1,
		beta2,
		1 - beta2,
		epsilon,
	];
	return new Optimizer(parameters, { name: "adam", slots: ["mean", "square"], formula: update, numbers }, lr);
}
