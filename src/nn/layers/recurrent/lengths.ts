/** Lengths of the examples of a batch as a mask over their steps. */
import { ArgumentError, ShapeError } from "../../../core/errors.ts";
import { formatShape } from "../../../core/shape.ts";
import { range, tensor } from "../../../tensor/create.ts";
import { lt } from "../../../tensor/ops/comparison.ts";
import { to } from "../../../tensor/ops/convert.ts";
import { unsqueeze } from "../../../tensor/ops/views.ts";
import { Tensor } from "../../../tensor/tensor.ts";

/** Number of steps of each example: a list, or a tensor `[batch]`. */
export type Lengths = readonly number[] | Int32Array | Tensor;

/**
 * Truths `[time, batch]`: whether a step lies within its example.
 *
 * @param x - `[time, batch, …]`
 * @throws ShapeError unless there is one length an example; ArgumentError unless each is a whole number from 1 to time. Lengths in a
 *   tensor that can only be read asynchronously are taken as they are.
 */
export function stepMask(lengths: Lengths, x: Tensor): Tensor {
	const [time, batch] = x.shape;
	const shape = lengths instanceof Tensor ? lengths.shape : [lengths.length];
	if (shape.length !== 1 || shape[0] !== batch) {
		throw new ShapeError(`  Expected lengths of shape [${batch}], one for each example, received ${formatShape(shape)}.`);
	}
	if (!(lengths instanceof Tensor)) checkLengths(lengths, time);
	else if (lengths.executor.readSync !== null) checkLengths(lengths.dataSync(), time);
	const { executor } = x;
	const counts = lengths instanceof Tensor ? to(lengths, "int32") : tensor(Int32Array.from(lengths), { executor });
	return lt(unsqueeze(range(time, undefined, { executor }), 1), counts);
}

function checkLengths(lengths: ArrayLike<number>, time: number): void {
	for (let i = 0; i < lengths.length; i++) {
		const length = lengths[i];
		if (Number.isInteger(length) && length >= 1 && length <= time) continue;
		throw new ArgumentError(
			`  Expected lengths from 1 to ${time} (the steps of the input), received ${length} for example ${i}.\n` +
				`  Try: ${length > time ? "pad the batch to its longest example" : "leave empty examples out of the batch"}.`,
		);
	}
}
