/** What happens to a gradient before an optimizer's rule sees it, as a formula: so that it costs no pass of its own. */
import type { Operand } from "../kernels/contracts.ts";
import { call, constant, type Formula, formula, type Scalar } from "../kernels/formula.ts";
import * as s from "../kernels/scalars/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ParameterSettings } from "./settings.ts";

/** Which steps an optimizer needs at all; the others are left out of its formula. */
export interface GradientSteps {
	/** Average over accumulated gradients. */
	readonly average: boolean;
	readonly l2: boolean;
	readonly l1: boolean;
	readonly clipValue: number | null;
	/** A factor from a norm, in memory. */
	readonly factor: boolean;
	/** Decoupled weight decay. */
	readonly decay: boolean;
}

/** Numbers that `transformed` reads, in its order. */
export function gradientNumbers(steps: GradientSteps, settings: ParameterSettings, given: { lr: number; count: number }): number[] {
	const numbers: number[] = [];
	if (steps.average) numbers.push(1 / given.count);
	if (steps.l2) numbers.push(settings.l2);
	if (steps.l1) numbers.push(settings.l1);
	if (steps.decay) numbers.push(1 - given.lr * settings.lrScale * settings.weightDecay);
	return numbers;
}

/** How many numbers `gradientNumbers` gives. */
export function gradientNumberCount(steps: GradientSteps): number {
	return [steps.average, steps.l2, steps.l1, steps.decay].filter(Boolean).length;
}

/** The decayed parameter and the gradient that the rule sees. `numbers` as from `gradientNumbers`; `factor` if there is one. */
export function transformed(
	steps: GradientSteps,
	p: Scalar,
	g: Scalar,
	numbers: readonly Scalar[],
	factor: Scalar | null,
): { p: Scalar; g: Scalar } {
	let at = 0;
	let gradient = g;
	if (steps.average) gradient = gradient.mul(numbers[at++]);
	if (steps.l2) gradient = gradient.add(numbers[at++].mul(p));
	if (steps.l1) gradient = gradient.add(numbers[at++].mul(call(s.sign, p)));
	if (steps.clipValue !== null) {
		gradient = call(s.maximum, call(s.minimum, gradient, steps.clipValue), -steps.clipValue);
	}
	if (factor !== null) gradient = gradient.mul(factor);
	return { p: steps.decay ? p.mul(numbers[at]) : p, g: gradient };
}

/** Whether the gradient that the rule sees depends on the parameter. */
export function readsParameters(steps: GradientSteps): boolean {
	return steps.l2 || steps.l1;
}

/** The square of a transformed gradient, to be summed: inputs g, p if it is read (a sum is as slow as the memory it reads), numbers. */
export function squareFormula(steps: GradientSteps): Formula {
	const count = gradientNumberCount(steps);
	const square = (g: Scalar, p: Scalar, numbers: readonly Scalar[]): Scalar =>
		transformed({ ...steps, factor: false, decay: false }, p, g, numbers, null).g.square();
	if (readsParameters(steps)) return formula("gradientSquare", (g, p, ...numbers) => square(g, p, numbers), 2 + count);
	return formula("gradientSquare", (g, ...numbers) => square(g, g, numbers), 1 + count);
}

const CLIP_EPSILON = 1e-6;

/** min(1, bound / (√sum + 1e-6)), PyTorch's rule: the small number keeps a zero norm harmless. */
export const clipFactor = formula("clipFactor", (sum, bound) =>
	call(s.minimum, constant(1), bound.div(call(s.sqrt, sum).add(CLIP_EPSILON))),
);

/** Elements `start` to `start + size` of a block. */
export function range(x: Tensor, start: number, size: number): Operand {
	return { block: x.block, dtype: x.dtype, shape: [size], strides: [1], offset: start, size, contiguous: true };
}

/** Element `at` as if it stood in every place. */
export function repeated(x: Tensor, at: number, size: number): Operand {
	return { block: x.block, dtype: x.dtype, shape: [size], strides: [0], offset: at, size, contiguous: false };
}

/** Element `at` as a scalar. */
export function element(x: Tensor, at: number): Operand {
	return { block: x.block, dtype: x.dtype, shape: [], strides: [], offset: at, size: 1, contiguous: true };
}
