/** Losses of single values: squared error, and binary cross-entropy from logits. Each is one fused sum. */
import { ShapeError } from "../../core/errors.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import { call, constant, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { expectOneFloatingType } from "./checks.ts";
import { type Reduction, reduceFormula } from "./sum-formula.ts";

/** (x − t)² */
export const squaredError = formula("squaredError", (x, y) => x.sub(y).square());

/**
 * t · softplus(−x) + (1 − t) · softplus(x). For t = 0 and t = 1 small losses keep all their digits, and so do their gradients, where
 * softplus(x) − t · x would cancel.
 */
export const binaryCrossEntropy = formula("binaryCrossEntropy", (x, t) =>
	t.mul(call(s.softplus, x.neg())).add(constant(1).sub(t).mul(call(s.softplus, x))),
);

/** Options of losses. */
export interface LossOptions {
	/** Whether the losses are averaged, summed or returned one by one. Default "mean". */
	readonly reduction?: Reduction;
}

/**
 * Mean of (x − target)².
 *
 * @throws ShapeError if the shapes differ: broadcasting a column against a row is nearly always a mistake
 */
export function meanSquaredError(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
	checkPair("meanSquaredError", x, target);
	return reduceFormula(squaredError, [x, target], options.reduction ?? "mean");
}

/**
 * Mean of −t · log σ(x) − (1 − t) · log(1 − σ(x)), computed from logits x so that nothing overflows.
 *
 * @param target - probabilities from 0 to 1, of the logits' shape
 * @throws ShapeError if the shapes differ
 */
export function binaryCrossEntropyWithLogits(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
	checkPair("binaryCrossEntropyWithLogits", x, target);
	return reduceFormula(binaryCrossEntropy, [x, target], options.reduction ?? "mean");
}

/**
 * Checks that predictions and targets are of one shape, floating type and executor.
 *
 * @throws ShapeError if the shapes differ
 */
export function checkPair(where: string, x: Tensor, target: Tensor): void {
	expectTensor(x, where);
	expectTensor(target, where);
	commonExecutor(where, [x, target]);
	expectOneFloatingType(where, [x, target]);
	if (sameShape(x.shape, target.shape)) return;
	const advice = x.size === target.size ? `target.reshape(${formatShape(x.shape)})` : "check what the last layer returns";
	throw new ShapeError(
		`${where}: got predictions ${formatShape(x.shape)} and targets ${formatShape(target.shape)}.\n  Expected equal shapes.\n  Try: ${advice}.`,
	);
}
