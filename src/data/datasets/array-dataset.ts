/** Examples that lie in memory. */
import { sizeOf } from "../../core/shape.ts";
import type { Batch, Dataset } from "../dataset.ts";
import { type ArrayDatasetOptions, settleArguments } from "./array-arguments.ts";
import { checkExamples, targetWidth } from "./check.ts";

/** A data set that reads at once, without a promise. */
export interface SyncDataset extends Dataset {
	read(indices: ArrayLike<number>, spare?: Batch): Batch;
}

/**
 * A data set of arrays. A Float32Array x and an Int32Array or Float32Array y are held without copying.
 *
 * @throws ShapeError if x, y and the shape do not fit together
 * @throws DataError if a number is not finite or a class index has no class
 * @throws ArgumentError if an argument is missing or of another kind
 * @example
 * const xor = arrayDataset({
 * 	x: [[0, 0], [0, 1], [1, 0], [1, 1]],
 * 	y: [0, 1, 1, 0],
 * 	target: { kind: "classes", classes: ["equal", "different"] },
 * });
 * const images = arrayDataset({ x: new Float32Array(100 * 784), y: new Int32Array(100), inputShape: [1, 28, 28] });
 */
export function arrayDataset(options: ArrayDatasetOptions): SyncDataset {
	const { x, y, inputShape, target } = settleArguments(options);
	const size = checkExamples({ x, y }, inputShape, target);
	const [rowSize, width] = [sizeOf(inputShape), targetWidth(target)];
	const read = (indices: ArrayLike<number>, spare?: Batch): Batch => {
		checkIndices(indices, size);
		const rowCount = indices.length;
		const batch = spare !== undefined && fits(spare) && spare.rowCount === rowCount ? spare : emptyBatch(rowCount);
		gather(x, rowSize, indices, batch.x);
		gather(y, width, indices, batch.y);
		return batch;
	};
	const emptyBatch = (rowCount: number): Batch => ({
		x: new Float32Array(rowCount * rowSize),
		y: y instanceof Int32Array ? new Int32Array(rowCount * width) : new Float32Array(rowCount * width),
		rowCount,
	});
	const fits = (batch: Batch): boolean =>
		batch.x.length === batch.rowCount * rowSize &&
		batch.y.length === batch.rowCount * width &&
		batch.y instanceof Int32Array === y instanceof Int32Array;
	return { size, inputShape, target, read };
}

/** @throws RangeError if a number is no example's */
export function checkIndices(indices: ArrayLike<number>, size: number): void {
	for (let i = 0; i < indices.length; i++) {
		if (Number.isInteger(indices[i]) && indices[i] >= 0 && indices[i] < size) continue;
		throw new RangeError(`data set: expected numbers of examples from 0 to ${size - 1}, received ${indices[i]} at place ${i}.`);
	}
}

/** Rows up to this many numbers are copied one by one; making a view of a longer one costs less than that. */
const SHORT_ROW = 48;

function gather(from: Float32Array | Int32Array, rowSize: number, indices: ArrayLike<number>, into: Float32Array | Int32Array): void {
	for (let i = 0; i < indices.length; ) {
		const first = indices[i];
		let count = 1;
		while (i + count < indices.length && indices[i + count] === first + count) count++;
		const [source, place, length] = [first * rowSize, i * rowSize, count * rowSize];
		if (length > SHORT_ROW) into.set(from.subarray(source, source + length), place);
		else for (let k = 0; k < length; k++) into[place + k] = from[source + k];
		i += count;
	}
}
