/** Cross-entropy of logits against class indices or probabilities. */
import { isFloating } from "../../core/dtype.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import { call, constant, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { constantTensor } from "../create.ts";
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { expectOneFloatingType, expectPerChannel } from "./checks.ts";
import { type ClassLossOptions, type ClassTargets, classesLast, meanDivisor, targetWeights, toClassTargets } from "./class-targets.ts";
import { composed } from "./composed.ts";
import { expectFloating } from "./elementwise.ts";
import { fusedCrossEntropy } from "./fused-cross-entropy.ts";
import { logSoftmax } from "./softmax.ts";
import { type Reduction, sumFormula } from "./sum-formula.ts";
import { reshape } from "./views.ts";

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends ClassLossOptions {
	/** Part of the target that is spread evenly over all classes, 0 to 1 (Szegedy et al. 2016, arXiv:1512.00567). Default 0. */
	readonly labelSmoothing?: number;
}

/** A class of weight 0 takes no part, even where its log-probability is −∞. */
const weighted = formula("weightedCrossEntropy", (t, logP) => call(s.select, call(s.eq, t, 0), 0, t.mul(logP).neg()));

const soft = formula("softCrossEntropy", (t, logP, weight, smoothing, classes) =>
	weight
		.mul(constant(1).sub(smoothing).mul(t).add(smoothing.div(classes)))
		.mul(logP)
		.neg(),
);

/**
 * −Σ_c t_c · log softmax(logits)_c, averaged over the examples.
 *
 * @param logits - `[n, classes]` or `[n, classes, d…]`
 * @param target - class indices, int32 `[n]` or `[n, d…]`; or probabilities of the logits' shape
 * @returns a scalar; `[n]` or `[n, d…]` with reduction "none"
 * @throws IndexError if a class index is neither in 0 … classes − 1 nor `ignoreIndex`
 * @example
 * const loss = logits.crossEntropy(tensor(new Int32Array([3, 0, 1])));
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
	const where = "crossEntropy";
	const { reduction = "mean", labelSmoothing = 0, classWeights = null } = options;
	const operands = checkScores(where, logits, target, classWeights);
	if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
		throw new ArgumentError(`${where}: expected labelSmoothing from 0 to 1, received ${labelSmoothing}.`);
	}
	return composed(operands, () => {
		if (isFloating(target.dtype)) return fromProbabilities(logits, target, { reduction, labelSmoothing, classWeights });
		const targets = toClassTargets(where, logits, target, options);
		const rows = classesLast(logits);
		const loss = classWeights === null ? fusedCrossEntropy(rows, targets, reduction) : weightedLoss(logSoftmax(rows), targets, reduction);
		return loss.rank === 0 || target.rank === 1 ? loss : reshape(loss, target.shape);
	});
}

/**
 * −logProbabilities at the class indices, averaged over the examples.
 *
 * @param logProbabilities - `[n, classes]` or `[n, classes, d…]`, as from `logSoftmax(x, 1)`
 * @param target - class indices, int32 `[n]` or `[n, d…]`
 * @throws IndexError if a class index is neither in 0 … classes − 1 nor `ignoreIndex`
 */
export function nllLoss(logProbabilities: Tensor, target: Tensor, options: ClassLossOptions = {}): Tensor {
	const operands = checkScores("nllLoss", logProbabilities, target, options.classWeights ?? null);
	return composed(operands, () => {
		const targets = toClassTargets("nllLoss", logProbabilities, target, options);
		const loss = weightedLoss(classesLast(logProbabilities), targets, options.reduction ?? "mean");
		return loss.rank === 0 || target.rank === 1 ? loss : reshape(loss, target.shape);
	});
}

function checkScores(where: string, scores: Tensor, target: Tensor, classWeights: Tensor | null): Tensor[] {
	expectTensor(scores, where);
	expectTensor(target, where);
	const operands = classWeights === null ? [scores, target] : [scores, target, classWeights];
	commonExecutor(where, operands);
	expectFloating(scores, where);
	if (classWeights !== null) expectOneFloatingType(where, [scores, classWeights]);
	if (scores.rank < 2 || scores.shape[1] === 0) {
		throw new ShapeError(`${where}: expected scores [n, classes] or [n, classes, d…], received shape ${formatShape(scores.shape)}.`);
	}
	return operands;
}

function weightedLoss(logProbabilities: Tensor, targets: ClassTargets, reduction: Reduction): Tensor {
	const weights = targetWeights(targets, logProbabilities);
	if (reduction === "none") return sumFormula(weighted, [weights, logProbabilities], { axes: [1] });
	const total = sumFormula(weighted, [weights, logProbabilities]);
	return reduction === "sum" ? total : div(total, meanDivisor(targets, logProbabilities));
}

function fromProbabilities(
	logits: Tensor,
	target: Tensor,
	options: { reduction: Reduction; labelSmoothing: number; classWeights: Tensor | null },
): Tensor {
	const { reduction, labelSmoothing, classWeights } = options;
	expectOneFloatingType("crossEntropy", [logits, target]);
	if (!sameShape(logits.shape, target.shape)) {
		throw new ShapeError(
			`crossEntropy: got logits ${formatShape(logits.shape)} and probabilities ${formatShape(target.shape)}.\n` +
				'  Expected equal shapes.\n  Try: target.to("int32") if these are class indices.',
		);
	}
	const { executor, dtype, shape } = logits;
	const classes = shape[1];
	if (classWeights !== null) expectPerChannel(classWeights, "crossEntropy", "classWeights", classes);
	const [logP, wanted] = [logSoftmax(classesLast(logits)), classesLast(target)];
	const factors = [classWeights ?? constantTensor(executor, dtype, 1), constantTensor(executor, dtype, labelSmoothing)];
	const inputs = [wanted, logP, ...factors, constantTensor(executor, dtype, classes)];
	if (reduction === "none")
		return reshape(
			sumFormula(soft, inputs, { axes: [1] }),
			shape.filter((_, axis) => axis !== 1),
		);
	const count = logits.size / classes;
	if (reduction === "sum") return sumFormula(soft, inputs);
	return count === 0 ? mul(sumFormula(soft, inputs), Number.NaN) : sumFormula(soft, inputs, { scale: 1 / count });
}

export type { ClassLossOptions };
