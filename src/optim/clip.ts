/** Clipping of collected gradients, for loops of one's own; optimizers have the same as options, in the pass of their step. */
import { ArgumentError } from "../core/errors.ts";
import { call, formula } from "../kernels/formula.ts";
import { maximum, minimum } from "../kernels/scalars/index.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { element } from "./gradient.ts";
import type { Trainable } from "./optimizer.ts";
import { tensorsOf } from "./penalties.ts";
import { mapInto } from "./tensorwise.ts";

/** As in PyTorch: keeps a norm of 0 harmless. */
const EPSILON = 1e-6;

const squared = formula("square", (g) => g.square());
const scaled = formula("scaled", (g, factor) => g.mul(factor));
const clamped = formula("clamped", (g, bound) => call(maximum, call(minimum, g, bound), bound.neg()));

/**
 * Scales all gradients by min(1, maxNorm / (‖g‖ + 1e-6)), so that their joint L2 norm is at most `maxNorm`; in place. Waits for the executor.
 *
 * @param maxNorm - > 0, in the units of the gradients
 * @returns the norm before; 0 if there are no gradients
 * @throws ArgumentError if `maxNorm` is not positive
 * @see Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063; agrees with torch.nn.utils.clip_grad_norm_
 * @example
 * loss.backward();
 * const norm = clipGradNorm(model.parameters(), 1);
 */
export function clipGradNorm(parameters: Trainable, maxNorm: number): number {
	expectPositive("clipGradNorm", "maxNorm", maxNorm);
	const gradients = gradientsOf(parameters);
	const norm = Math.sqrt(squareSums(gradients).reduce((sum, x) => sum + x, 0));
	scale(gradients, norm, maxNorm);
	return norm;
}

/**
 * Clips each element of each gradient to ±maxValue; in place. NaN stays NaN.
 *
 * @param maxValue - > 0
 * @throws ArgumentError if `maxValue` is not positive
 * @see torch.nn.utils.clip_grad_value_, with which it agrees
 */
export function clipGradValue(parameters: Trainable, maxValue: number): void {
	expectPositive("clipGradValue", "maxValue", maxValue);
	scope(() => noGrad(() => gradientsOf(parameters).forEach((g) => void mapInto(clamped, [g, maxValue], [g]))));
}

/**
 * Scales each gradient whose own L2 norm is larger than `maxNorm`, as `clipGradNorm` does all together; in place. Waits for the executor.
 *
 * @param maxNorm - > 0
 * @returns the norm of each gradient before, in the order of the parameters that have one
 * @throws ArgumentError if `maxNorm` is not positive
 */
export function clipTensorNorms(parameters: Trainable, maxNorm: number): number[] {
	expectPositive("clipTensorNorms", "maxNorm", maxNorm);
	const gradients = gradientsOf(parameters);
	const norms = squareSums(gradients).map(Math.sqrt);
	gradients.forEach((gradient, i) => {
		scale([gradient], norms[i], maxNorm);
	});
	return norms;
}

function gradientsOf(parameters: Trainable): Tensor[] {
	return tensorsOf(parameters).flatMap(({ grad }) => (grad === null ? [] : [grad]));
}

function squareSums(gradients: readonly Tensor[]): number[] {
	if (gradients.length === 0) return [];
	const [{ executor }] = gradients;
	return scope(() => {
		const sums = zeros([gradients.length], { executor });
		gradients.forEach((gradient, i) => {
			const axes = gradient.shape.map((_, axis) => axis);
			executor.kernels.reduce("sum", squared, [gradient], element(sums, i), axes);
		});
		return Array.from(sums.dataSync());
	});
}

function scale(gradients: readonly Tensor[], norm: number, maxNorm: number): void {
	const factor = maxNorm / (norm + EPSILON);
	// Written so that a norm that is no number reaches the gradients, where it will be found.
	if (factor >= 1) return;
	scope(() => noGrad(() => gradients.forEach((g) => void mapInto(scaled, [g, factor], [g]))));
}

function expectPositive(where: string, name: string, value: number): void {
	if (!(value > 0)) throw new ArgumentError(`${where}: expected ${name} to be a number > 0, received ${value}.`);
}
