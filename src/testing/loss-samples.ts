/** Predictions and targets for losses, by what the losses compare. */
import { type Shape, sizeOf } from "../core/shape.ts";
import type { LossTechnique } from "../nn/losses/loss.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { drawValues } from "./conformance.ts";

/** A batch for a loss. */
export interface LossSample {
	/** Of the predictions, the examples first. */
	readonly shape: Shape;
	readonly prediction: Float32Array;
	readonly targetShape: Shape;
	readonly target: ArrayLike<number>;
	/** Whether targets are class indices, int32; others take the predictions' type. */
	readonly isIndex: boolean;
}

const SHAPE = [4, 3];

/** Four examples of three predictions each. */
export function sampleFor({ target, takesLogits }: LossTechnique): LossSample {
	const scores = drawValues({ shape: SHAPE });
	const dense = (prediction: Float32Array, values: ArrayLike<number>): LossSample => ({
		shape: SHAPE,
		prediction,
		targetShape: SHAPE,
		target: values,
		isIndex: false,
	});
	const others = drawValues({ shape: SHAPE }, 2);
	switch (target) {
		case "values":
			return dense(scores, others);
		case "binary":
			return dense(
				takesLogits ? scores : drawValues({ shape: SHAPE, low: 0.05, high: 0.95 }),
				others.map((value) => Number(value > 0)),
			);
		case "signs":
			return dense(scores, others.map(Math.sign));
		case "distribution":
			return dense(logSoftmaxOf(scores), logSoftmaxOf(others).map(Math.exp));
		case "classes":
			return {
				shape: SHAPE,
				prediction: takesLogits ? scores : logSoftmaxOf(scores),
				targetShape: [4],
				target: [2, 0, 1, 2],
				isIndex: true,
			};
		default:
			throw target satisfies never;
	}
}

function logSoftmaxOf(scores: Float32Array): Float32Array {
	const classes = SHAPE[1];
	return scores.map((score, i) => {
		const row = scores.slice(i - (i % classes), i - (i % classes) + classes);
		return score - Math.log(row.reduce((sum, other) => sum + Math.exp(other), 0));
	});
}

/** The targets where, and of the type in which, the predictions are. */
export function targetOf({ target, targetShape, isIndex }: LossSample, { executor, dtype }: Tensor): Tensor {
	return tensor(Float64Array.from(target), { shape: targetShape, dtype: isIndex ? "int32" : dtype, executor });
}

/** The first examples of a sample. */
export function rowsOf(sample: LossSample, count: number): LossSample {
	const [shape, targetShape] = [sample.shape, sample.targetShape].map((all) => [count, ...all.slice(1)]);
	return {
		...sample,
		shape,
		prediction: sample.prediction.slice(0, sizeOf(shape)),
		targetShape,
		target: Array.from(sample.target).slice(0, sizeOf(targetShape)),
	};
}
