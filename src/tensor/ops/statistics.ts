/** Spread of values over axes: variance and standard deviation. Without `axes` over all of them. */
import { ArgumentError } from "../../core/errors.ts";
import { normalizeAxes, reducedShape, sizeOf } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { scope } from "../scope.ts";
import { noGrad, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { mul, sqrt, sub } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { applyFormula, broadcastOperand, expectFloating } from "./elementwise.ts";
import { type Axes, mean, type ReduceOptions, stretch } from "./reduce.ts";

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
	/** Taken from the number of elements in the divisor: 1 estimates from a sample (Bessel), 0 describes a population. Default 1. */
	readonly correction?: number;
}

const squaredDistance = formula("squaredDistance", (x, center) => x.sub(center).square());
/** At a deviation of 0 the root has no derivative; 0 is passed, as PyTorch does. */
const rootGradient = formula("rootGradient", (grad, root) => call(s.select, call(s.eq, root, 0), 0, grad.mul(0.5).div(root)));

/**
 * Σ (x − mean)² / (n − correction) over the axes, the mean taken off first so that nothing cancels. NaN where n ≤ correction.
 *
 * @throws DTypeError if x holds no real numbers
 */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
	expectTensor(x, "variance");
	expectFloating(x, "variance");
	const { correction = 1, keepDims = false } = options;
	if (!Number.isFinite(correction)) throw new ArgumentError(`variance: expected a finite correction, received ${correction}.`);
	const list = normalizeAxes(axes, x.rank, "variance");
	const degrees = Math.max(0, sizeOf(list.map((axis) => x.shape[axis])) - correction);
	const out = noGrad(() =>
		scope(() => {
			const center = mean(x, list, { keepDims: true });
			const total = allocate(x.executor, x.dtype, reducedShape(x.shape, list, keepDims));
			x.executor.kernels.reduce("sum", squaredDistance, [x, broadcastOperand(center, x.shape)], total, list);
			return mul(total, 1 / degrees);
		}),
	);
	return record(out, "variance", [x], (grad) => {
		const distance = sub(x, mean(x, list, { keepDims: true }));
		return [mul(distance, stretch(mul(grad, 2 / degrees), x, list))];
	});
}

/** √variance over the axes, the standard deviation. Its gradient is 0 where it is 0. */
export function std(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
	expectTensor(x, "std");
	return composed([x], () => {
		const squared = variance(x, axes, options);
		const out = noGrad(() => sqrt(squared));
		return record(out, "std", [squared], (grad) => [applyFormula(rootGradient, [grad, out])]);
	});
}
