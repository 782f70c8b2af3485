/** Some examples of a data set, as a data set. */
import { ArgumentError } from "../../core/errors.ts";
import { show } from "../../core/options.ts";
import type { Batch, Dataset } from "../dataset.ts";
import { checkIndices, type SyncDataset } from "./array-dataset.ts";

/**
 * The examples of those numbers, in that order; a number may come twice. Reads at once where the data set does. Closing it closes the
 * data set behind it.
 *
 * @throws RangeError if a number is no example's
 */
export function subset(dataset: SyncDataset, rows: ArrayLike<number>): SyncDataset;
export function subset(dataset: Dataset, rows: ArrayLike<number>): Dataset;
export function subset(dataset: Dataset, rows: ArrayLike<number>): Dataset {
	if (typeof rows?.length !== "number") throw new ArgumentError(`subset: expected numbers of examples, a list, received ${show(rows)}.`);
	checkIndices(rows, dataset.size);
	const numbers = Int32Array.from(rows);
	const read = (indices: ArrayLike<number>, spare?: Batch): Batch | Promise<Batch> => {
		checkIndices(indices, numbers.length);
		const chosen = new Int32Array(indices.length);
		for (let i = 0; i < chosen.length; i++) chosen[i] = numbers[indices[i]];
		return dataset.read(chosen, spare);
	};
	const { inputShape, target, input } = dataset;
	return { size: numbers.length, inputShape, target, input, read, close: async () => dataset.close?.() };
}
