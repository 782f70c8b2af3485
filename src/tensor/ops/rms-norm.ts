/** Normalisation by the root mean square: layer normalisation without the mean. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { context } from "../context.ts";
import { constantTensor } from "../create.ts";
import { isRecorded, noGrad, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { expectOneFloatingType } from "./checks.ts";
import { composed } from "./composed.ts";
import { applyFormula, broadcastOperands } from "./elementwise.ts";
import { sumFormula } from "./sum-formula.ts";
import { reshape } from "./views.ts";

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
	/** `[features]`, a factor after normalising. Default 1. */
	readonly scale?: Tensor | null;
	/** Added to the mean square, ≥ 0. Default 1e-6. */
	readonly epsilon?: number;
}

const square = formula("square", (x) => x.square());
const inverseRoot = formula("inverseRoot", (meanSquare, epsilon) => call(s.rsqrt, meanSquare.add(epsilon)));
const normalized = formula("rmsNorm", (x, inverse, scale) => x.mul(inverse).mul(scale));
const projection = formula("rmsNormProjection", (x, grad, scale) => x.mul(grad).mul(scale));
/** ∂x = r · (g · grad − x · r² · mean(x · g · grad)), with r the inverse root mean square and g the scale. */
const gradientInX = formula("rmsNormGradient", (grad, x, inverse, scale, along) =>
	inverse.mul(grad.mul(scale).sub(x.mul(inverse).mul(inverse).mul(along))),
);

/**
 * x / √(mean(x²) + ε) · scale over the last axis.
 *
 * @param x - `[…, features]`
 * @throws ShapeError if the scale does not fit the last axis
 * @see Zhang & Sennrich 2019, arXiv:1910.07467
 */
export function rmsNorm(x: Tensor, options: RmsNormOptions = {}): Tensor {
	const { scale = null, epsilon = 1e-6 } = options;
	expectTensor(x, "rmsNorm");
	const operands = scale === null ? [x] : [x, scale];
	for (const operand of operands) expectTensor(operand, "rmsNorm");
	const executor = commonExecutor("rmsNorm", operands);
	expectOneFloatingType("rmsNorm", operands);
	if (!(epsilon >= 0)) throw new ArgumentError(`rmsNorm: expected epsilon ≥ 0, received ${epsilon}.`);
	if (x.rank < 1) throw new ShapeError("rmsNorm: expected at least one axis, received a scalar.");
	const features = x.shape[x.rank - 1];
	if (scale !== null && (scale.rank !== 1 || scale.size !== features)) {
		throw new ShapeError(`rmsNorm: expected a scale of shape [${features}], the last axis of x, received ${formatShape(scale.shape)}.`);
	}
	return composed(operands, () => normalize(x, scale ?? constantTensor(executor, x.dtype, 1), epsilon));
}

/** 1 / √(mean(x²) + ε) of each row, `[…, 1]`. */
function inverseOf(x: Tensor, epsilon: number): Tensor {
	return applyFormula(inverseRoot, [meanOf([x], square, x), epsilon]);
}

/** The mean of a formula over the last axis of `like`, `[…, 1]`. */
function meanOf(inputs: readonly Tensor[], of: typeof square, like: Tensor): Tensor {
	const axis = like.rank - 1;
	const mean = sumFormula(of, inputs, { axes: [axis], scale: 1 / Math.max(1, like.shape[axis]) });
	return reshape(mean, [...like.shape.slice(0, -1), 1]);
}

function normalize(x: Tensor, scale: Tensor, epsilon: number): Tensor {
	const inputs = scale.rank === 0 ? [x] : [x, scale];
	const inverse = noGrad(() => inverseOf(x, epsilon));
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.map(normalized, broadcastOperands([x, inverse, scale], x.shape), [out]);
	if (!isRecorded(inputs)) return out;
	return record(
		out,
		"rmsNorm",
		inputs,
		(grad, request) => {
			// Recorded for second derivatives, the root mean square is one of the things that depend on x.
			const root = context.recording ? inverseOf(x, epsilon) : inverse;
			const gradScale = inputs.length === 2 && request.needs(1) ? sumRows(grad, x, root) : null;
			if (!request.needs(0)) return [null, gradScale];
			const along = meanOf([x, grad, scale], projection, x);
			return [applyFormula(gradientInX, [grad, x, root, scale, along]), gradScale];
		},
		[inverse],
	);
}

/** Σ over rows of grad · x · inverse: the gradient of the scale. */
function sumRows(grad: Tensor, x: Tensor, inverse: Tensor): Tensor {
	const rows = x.shape.map((_, axis) => axis).slice(0, -1);
	return sumFormula(normalized, [grad, inverse, x], { axes: rows });
}
