/** What losses over classes check besides what their operations do. */
import { isFloating } from "../../core/dtype.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import { mul } from "../../tensor/ops/arithmetic.ts";
import { ne } from "../../tensor/ops/comparison.ts";
import { to } from "../../tensor/ops/convert.ts";
import { sum } from "../../tensor/ops/reduce.ts";
import { clip, where } from "../../tensor/ops/select.ts";
import { take } from "../../tensor/ops/take.ts";
import { reshape } from "../../tensor/ops/views.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expectSome } from "./reduce.ts";
import { expectRule, targetRules } from "./rules.ts";

/** How far the probabilities of an example may be from adding up to 1: half-precision sums of a thousand classes are. */
const SUM_TOLERANCE = 1e-2;

/** @throws ShapeError if the target is neither one index a place nor of the scores' shape, with advice for the usual mix-ups */
export function checkClassTarget(name: string, scores: Tensor, target: Tensor): void {
	if (scores.rank < 2 || sameShape(scores.shape, target.shape)) return;
	const expected = scores.shape.filter((_, axis) => axis !== 1);
	if (sameShape(expected, target.shape) && !isFloating(target.dtype)) return;
	throw new ShapeError(
		`${name}: got scores ${formatShape(scores.shape)} and ${target.dtype} targets ${formatShape(target.shape)}.\n` +
			`  Expected class indices, int32 ${formatShape(expected)}; or one-hot rows or probabilities ${formatShape(scores.shape)}.\n` +
			`  Try: ${adviceFor(scores, target, expected)}.`,
	);
}

function adviceFor(scores: Tensor, target: Tensor, expected: readonly number[]): string {
	if (sameShape(expected, target.shape)) return 'target.to("int32")';
	if (target.size === scores.size / scores.shape[1]) {
		return `target.reshape(${formatShape(expected)})${isFloating(target.dtype) ? '.to("int32")' : ""}`;
	}
	if (target.rank === scores.rank) return `give the last layer ${target.shape[1]} outputs, or count the classes of the targets`;
	return "look at how targets are batched";
}

/** @throws ArgumentError unless every example's probabilities are from 0 to 1 and add up to 1 */
export function checkProbabilities(name: string, target: Tensor): void {
	expectRule(name, "target", target, targetRules.distribution);
	if (target.size === 0 || target.executor.readSync === null) return;
	const sums = scope(() => noGrad(() => sum(target, 1))).dataSync();
	const wrong = sums.findIndex((total) => Math.abs(total - 1) > SUM_TOLERANCE);
	if (wrong < 0) return;
	throw new ArgumentError(
		`${name}: the target probabilities of example ${Math.floor(wrong / (sums.length / target.shape[0]))} add up to ${sums[wrong]}.\n` +
			"  Expected 1: classes exclude each other.\n  Try: binaryCrossEntropyWithLogits, where an example may have several labels.",
	);
}

/** @throws ShapeError if a mean has no label to go over */
export function checkSomeLabel(name: string, target: Tensor, ignoreIndex: number): void {
	expectSome(name, target.shape);
	const { readSync } = target.executor;
	// The first label usually counts; only where it does not are the others read.
	if (readSync === null || readSync.call(target.executor, target.block, target.dtype, target.offset, 1)[0] !== ignoreIndex) return;
	if (target.dataSync().some((label) => label !== ignoreIndex)) return;
	throw new ShapeError(
		`${name}: every label of the batch is ignoreIndex ${ignoreIndex}, so there is no mean.\n  Try: reduction "sum", or skip the batch.`,
	);
}

/** Σ of sample weights times the weights of the examples' own classes, without ignored labels: what a weighted mean divides by. */
export function labelWeightSum(
	target: Tensor,
	weights: Tensor,
	{ classWeights, ignoreIndex }: { classWeights: Tensor | null; ignoreIndex: number },
): Tensor {
	const counted = to(ne(target, ignoreIndex), weights.dtype);
	const used = mul(counted, weights);
	if (classWeights === null) return sum(used);
	const labels = reshape(to(clip(target, 0, classWeights.size - 1), "int32"), [target.size]);
	const own = reshape(take(classWeights, labels), target.shape);
	return sum(where(ne(target, ignoreIndex), mul(own, used), 0));
}
