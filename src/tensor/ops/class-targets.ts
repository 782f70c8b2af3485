/** Class indices as targets of classification losses: checks, and the weight that each class's log-probability gets. */
import { ArgumentError, DTypeError, IndexError, ShapeError } from "../../core/errors.ts";
import { formatShape, sameShape, sizeOf } from "../../core/shape.ts";
import { call, constant, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { constantTensor, range } from "../create.ts";
import { scope } from "../scope.ts";
import { noGrad } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { expectPerChannel } from "./checks.ts";
import { applyFormula, broadcastOperands } from "./elementwise.ts";
import type { LossOptions } from "./regression-losses.ts";
import { permute, reshape, toContiguous } from "./views.ts";

/** Options of losses over classes. */
export interface ClassLossOptions extends LossOptions {
	/** Examples with this class index take no part, and a mean does not count them. Default −100. */
	readonly ignoreIndex?: number;
	/** `[classes]`: factors of the losses by class; a mean divides by the sum of the factors used. Default 1 each. */
	readonly classWeights?: Tensor | null;
}

/** Class indices in the form that kernels take. */
export interface ClassTargets {
	/** int32 `[rows]`, contiguous, checked. */
	readonly labels: Tensor;
	readonly classes: number;
	readonly ignoreIndex: number;
	/** Whether some label may be `ignoreIndex`. */
	readonly mayIgnore: boolean;
	readonly classWeights: Tensor | null;
	readonly smoothing: number;
}

/** x `[n, classes, d…]` as contiguous `[n · d…, classes]`. */
export function classesLast(x: Tensor): Tensor {
	if (x.rank === 2) return toContiguous(x);
	const order = [0, ...x.shape.keys()].filter((axis, i) => i === 0 || axis > 1).concat(1);
	return reshape(permute(x, order), [sizeOf(x.shape) / Math.max(1, x.shape[1]), x.shape[1]]);
}

/**
 * Checks class indices against scores `[n, classes, d…]`.
 *
 * @throws IndexError that names the place, the index and the range
 */
export function toClassTargets(
	where: string,
	scores: Tensor,
	target: Tensor,
	options: ClassLossOptions & { labelSmoothing?: number },
): ClassTargets {
	const { ignoreIndex = -100, classWeights = null, labelSmoothing: smoothing = 0 } = options;
	const classes = scores.shape[1];
	const expected = scores.shape.filter((_, axis) => axis !== 1);
	if (target.dtype !== "int32" && target.dtype !== "uint8") {
		throw new DTypeError(`${where}: expected class indices of int32, received ${target.dtype}. Try: target.to("int32").`);
	}
	if (!sameShape(target.shape, expected)) {
		throw new ShapeError(
			`${where}: got scores ${formatShape(scores.shape)} and class indices ${formatShape(target.shape)}.\n` +
				`  Expected one index for each place: ${formatShape(expected)}.`,
		);
	}
	if (!Number.isInteger(ignoreIndex)) throw new ArgumentError(`${where}: expected ignoreIndex to be an integer, received ${ignoreIndex}.`);
	if (classWeights !== null) expectPerChannel(classWeights, where, "classWeights", classes);
	const labels = asLabels(target);
	return { labels, classes, ignoreIndex, mayIgnore: checkRange(where, labels, target, { classes, ignoreIndex }), classWeights, smoothing };
}

function asLabels(target: Tensor): Tensor {
	if (target.dtype === "int32") return target.rank === 1 ? toContiguous(target) : reshape(target, [target.size]);
	const converted = allocate(target.executor, "int32", target.shape);
	target.executor.kernels.copy(target, converted);
	return reshape(converted, [target.size]);
}

/** Returns whether ignored labels may be among them. Values are read only where one is out of range. */
function checkRange(where: string, labels: Tensor, target: Tensor, range: { classes: number; ignoreIndex: number }): boolean {
	const { classes, ignoreIndex } = range;
	const first = labels.executor.kernels.findOutOfRange(labels, classes);
	if (first < 0) return ignoreIndex >= 0 && ignoreIndex < classes;
	const values = labels.dataSync();
	for (let i = first; i < values.length; i++) {
		const label = values[i];
		if (label === ignoreIndex || (label >= 0 && label < classes)) continue;
		const place = target.rank === 1 ? `row ${i}` : `place ${i} of ${formatShape(target.shape)}`;
		throw new IndexError(
			`${where}: the class index in ${place} is ${label}.\n` +
				`  Expected 0 to ${classes - 1} (${classes} classes), or ignoreIndex ${ignoreIndex}.\n` +
				"  Try: count classes from 0, or give the last layer more outputs.",
		);
	}
	return true;
}

/** Weight · ((1 − smoothing) · [class is the label] + smoothing / classes), 0 where the label is ignored. */
const targetWeight = formula("targetWeight", (weight, label, index, smoothing, classes, ignored) => {
	const own = call(s.select, call(s.eq, label, index), constant(1).sub(smoothing), 0);
	return call(s.select, call(s.eq, label, ignored), 0, weight.mul(own.add(smoothing.div(classes))));
});

/** The weight of a row's own class, at that class; 0 elsewhere. */
const ownWeight = formula("ownWeight", (weight, label, index, ignored) =>
	call(s.select, call(s.and, call(s.eq, label, index), call(s.ne, label, ignored)), weight, 0),
);

/** `[rows, classes]`: what each log-probability is multiplied with, before the sign. */
export function targetWeights(of: ClassTargets, like: Tensor): Tensor {
	return withoutTrace(() => {
		const [weight, label, index] = weightOperands(of, like);
		return applyFormula(targetWeight, [weight, label, index, of.smoothing, of.classes, of.ignoreIndex]);
	});
}

/** What a mean over rows divides by, as a scalar: the sum of the weights of the rows' own classes. */
export function meanDivisor(of: ClassTargets, like: Tensor): Tensor {
	const { labels, classWeights, mayIgnore, classes, ignoreIndex } = of;
	if (classWeights === null && !mayIgnore) return constantTensor(like.executor, like.dtype, labels.size);
	return withoutTrace(() => {
		const out = allocate(like.executor, like.dtype, []);
		const all = broadcastOperands(
			[...weightOperands(of, like), constantTensor(like.executor, "int32", ignoreIndex)],
			[labels.size, classes],
		);
		like.executor.kernels.reduce("sum", ownWeight, all, out, [0, 1]);
		return out;
	});
}

/** Neither recorded nor leaving anything behind. */
function withoutTrace<R>(run: () => R): R {
	return scope(() => noGrad(run));
}

function weightOperands({ labels, classes, classWeights }: ClassTargets, { executor, dtype }: Tensor): [Tensor, Tensor, Tensor] {
	const weight = classWeights ?? constantTensor(executor, dtype, 1);
	return [weight, reshape(labels, [labels.size, 1]), range(0, classes, { executor })];
}
