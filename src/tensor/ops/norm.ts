/** Norms over axes. */
import { ArgumentError } from "../../core/errors.ts";
import { normalizeAxes, reducedShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { scope } from "../scope.ts";
import { noGrad, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { abs } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { applyFormula, broadcastOperand, expectFloating } from "./elementwise.ts";
import { type Axes, max, min, type ReduceOptions, stretch, sum } from "./reduce.ts";
import { fillWith } from "./row-major.ts";
import { reshape } from "./views.ts";

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
	/** p of the norm, > 0; Infinity gives the largest size, −Infinity the smallest. Default 2. */
	readonly order?: number;
}

/** What sizes are divided by so that no power overflows or vanishes: the largest size if it can be divided by. */
const unitOf = formula("unit", (largest) => call(s.select, call(s.and, largest.gt(0), call(s.isFinite, largest)), largest, 1));
const size = formula("size", (x) => call(s.abs, x));
const scaledSquare = formula("scaledSquare", (x, unit) => x.div(unit).square());
const scaledPower = formula("scaledPower", (x, unit, order) => call(s.pow, call(s.abs, x.div(unit)), order));
const root = formula("scaledRoot", (total, unit) => call(s.sqrt, total).mul(unit));
const generalRoot = formula("scaledRoot", (total, unit, order) => call(s.pow, total, call(s.reciprocal, order)).mul(unit));
/** grad · x / norm, 0 where the norm is. */
const gradient2 = formula("norm2Gradient", (grad, x, norm) => call(s.select, call(s.eq, norm, 0), 0, grad.mul(x).div(norm)));
/** grad · sign x · (|x| / norm)^(p − 1), 0 where x is. */
const gradientP = formula("normGradient", (grad, x, norm, less) => {
	const slope = call(s.pow, call(s.abs, x).div(norm), less);
	return call(s.select, call(s.eq, x, 0), 0, grad.mul(call(s.sign, x)).mul(slope));
});

/**
 * (Σ |x|ᵖ)^(1/p) over the axes with p = `order`; 0 where there are no elements. Sizes are divided by the largest first, so that squares
 * neither overflow nor vanish. The gradient is 0 where the norm is.
 *
 * @throws DTypeError if x holds no real numbers
 */
export function norm(x: Tensor, axes?: Axes, options: NormOptions = {}): Tensor {
	expectTensor(x, "norm");
	expectFloating(x, "norm");
	const { order = 2, keepDims = false } = options;
	if (!(order > 0) && order !== Number.NEGATIVE_INFINITY) {
		throw new ArgumentError(`norm: expected an order > 0, Infinity or -Infinity, received ${order}.`);
	}
	const list = normalizeAxes(axes, x.rank, "norm");
	if (order === 1) return composed([x], () => sum(abs(x), list, { keepDims }));
	const shape = reducedShape(x.shape, list, keepDims);
	if (list.some((axis) => x.shape[axis] === 0)) return fillWith(allocate(x.executor, x.dtype, shape), 0);
	if (!Number.isFinite(order)) return composed([x], () => (order > 0 ? max : min)(abs(x), list, { keepDims }));
	const out = noGrad(() => scope(() => reshape(scaled(x, list, order), shape)));
	return record(out, "norm", [x], (grad) => {
		const [arriving, total] = [stretch(grad, x, list), stretch(out, x, list)];
		if (order === 2) return [applyFormula(gradient2, [arriving, x, total])];
		return [applyFormula(gradientP, [arriving, x, total, order - 1])];
	});
}

/** The norm with reduced axes kept. */
function scaled(x: Tensor, axes: readonly number[], order: number): Tensor {
	const shape = reducedShape(x.shape, axes, true);
	const largest = allocate(x.executor, x.dtype, shape);
	x.executor.kernels.reduce("max", size, [x], largest, axes);
	const unit = applyFormula(unitOf, [largest]);
	const total = allocate(x.executor, x.dtype, shape);
	const inputs = [x, broadcastOperand(unit, x.shape)];
	if (order === 2) {
		x.executor.kernels.reduce("sum", scaledSquare, inputs, total, axes);
		return applyFormula(root, [total, unit]);
	}
	const exponent = fillWith(allocate(x.executor, x.dtype, []), order);
	x.executor.kernels.reduce("sum", scaledPower, [...inputs, broadcastOperand(exponent, x.shape)], total, axes);
	return applyFormula(generalRoot, [total, unit, order]);
}
