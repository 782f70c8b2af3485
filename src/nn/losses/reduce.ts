/** How losses of elements and examples become one number, with sample weights and without. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape, sameShape } from "../../core/shape.ts";
import { type Formula, formula } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { div, mul } from "../../tensor/ops/arithmetic.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { sum } from "../../tensor/ops/reduce.ts";
import { type Reduction, reduceFormula, scaled, sumFormula } from "../../tensor/ops/sum-formula.ts";
import { reshape } from "../../tensor/ops/views.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import { expectTensor, Tensor } from "../../tensor/tensor.ts";
import { expectRule, lossRule } from "./rules.ts";

/** "batchMean": the sum divided by the number of examples, not of elements. */
export type AnyReduction = Reduction | "batchMean";

/** How `reduceElements` and `reduceExamples` put losses together. */
export interface ReduceSettings {
	readonly reduction: AnyReduction;
	readonly sampleWeights: Tensor | null;
	/** Factor of every loss. Default 1. */
	readonly scale?: number;
}

const weightRule = lossRule("finite numbers ≥ 0", "0 to leave an example out", {
	holds: (w) => scalars.and(w.ge(0), w.lt(Number.POSITIVE_INFINITY)),
	isRight: (w) => w >= 0 && w < Number.POSITIVE_INFINITY,
});

/**
 * Σ, mean or list of formula(inputs), each example multiplied by its weight.
 *
 * @param inputs - of one shape `[n, …]`, or broadcasting to the first one's
 * @throws ShapeError for a mean over nothing
 */
export function reduceElements(of: Formula, inputs: readonly Tensor[], settings: ReduceSettings): Tensor {
	const { reduction, sampleWeights, scale = 1 } = settings;
	const { shape, size } = inputs[0];
	if (reduction === "mean" || reduction === "batchMean") expectSome(of.name, shape);
	if (sampleWeights === null && reduction !== "batchMean") return times(scale, inputs, () => reduceFormula(of, inputs, reduction));
	return composed(inputs, () => {
		const weights = sampleWeights === null ? null : alongExamples(of.name, sampleWeights, shape);
		const all = weights === null ? inputs : [...inputs, weights];
		const whole = weights === null ? of : scaled(of);
		if (reduction === "none") return times(scale, [], () => applyFormula(whole, all));
		const total = times(scale, [], () => sumFormula(whole, all));
		const elements = reduction === "mean" ? size / (shape[0] ?? 1) : 1;
		return reduction === "sum" ? total : div(total, divisorOf(of.name, weights ?? shape[0] ?? 1, elements));
	});
}

/**
 * The same for losses `[n, …]` that are there already.
 *
 * @param divisor - for a mean: a sum that differs from that of the sample weights, where examples have other weights too
 */
export function reduceExamples(
	where: string,
	losses: Tensor,
	settings: ReduceSettings & { divisor?: (weights: Tensor) => Tensor },
): Tensor {
	const { reduction, sampleWeights, scale = 1, divisor } = settings;
	if (reduction === "mean") expectSome(where, losses.shape);
	const weights = sampleWeights === null ? null : alongExamples(where, sampleWeights, losses.shape);
	const weighted = times(scale, [], () => (weights === null ? losses : mul(losses, weights)));
	if (reduction === "none") return weighted;
	const total = sum(weighted);
	if (reduction === "sum") return total;
	if (weights === null) return div(total, losses.size);
	const own = divisor === undefined ? null : scope(() => noGrad(() => divisor(weights)));
	return div(total, own === null ? divisorOf(where, weights, losses.size / (losses.shape[0] ?? 1)) : expectPositive(where, own));
}

function times(scale: number, inputs: readonly Tensor[], run: () => Tensor): Tensor {
	return scale === 1 ? run() : composed(inputs, () => mul(run(), scale));
}

/** Σ weights · elements of an example, or their number. */
function divisorOf(where: string, weights: Tensor | number, elements: number): Tensor | number {
	if (typeof weights === "number") return weights * elements;
	return expectPositive(
		where,
		scope(() => noGrad(() => mul(sum(weights), elements))),
	);
}

function expectPositive(where: string, total: Tensor): Tensor {
	if (total.executor.readSync === null || total.item() > 0) return total;
	throw new ArgumentError(
		`${where}: the sample weights of this batch sum to 0, so there is no mean.\n  Try: reduction "sum", or skip the batch.`,
	);
}

/** @throws ShapeError for a mean over an empty batch */
export function expectSome(where: string, shape: Shape): void {
	if (!shape.includes(0)) return;
	throw new ShapeError(
		`${where}: the batch is empty, ${formatShape(shape)}, so there is no mean.\n  Expected at least one example.\n  Try: reduction "sum", or skip the batch.`,
	);
}

/** Weights `[n]` as they broadcast against losses `[n, …]`, without gradient. */
function alongExamples(where: string, weights: Tensor, shape: Shape): Tensor {
	if (!(weights instanceof Tensor)) expectTensor(weights, `${where}: sampleWeights`);
	if (weights.rank !== 1 || weights.shape[0] !== shape[0]) {
		throw new ShapeError(
			`${where}: got sample weights ${formatShape(weights.shape)} for losses ${formatShape(shape)}.\n` +
				`  Expected one weight for each example: [${shape[0] ?? "n"}].`,
		);
	}
	expectRule(where, "sample weight", weights, weightRule);
	const column = shape.map((length, axis) => (axis === 0 ? length : 1));
	return sameShape(column, weights.shape) ? weights.detach() : noGrad(() => reshape(weights, column));
}

/** √x of a mean of squares; the derivative at 0 is 0, where that of a plain root is infinite. */
export const root = formula("root", (x) => {
	const isZero = scalars.eq(x, 0);
	return scalars.select(isZero, 0, scalars.sqrt(scalars.select(isZero, 1, x)));
});
