/** Stable sorting of the last axis. */
import type { Kernels } from "../contracts.ts";
import { contiguousElements } from "./view.ts";

/** Ascending; NaN is larger than every number and equal to itself, −0 equals 0. */
function compare(a: number, b: number): number {
	if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
	if (Number.isNaN(b)) return -1;
	return a < b ? -1 : a > b ? 1 : 0;
}

/** See {@link Kernels.sort}. */
export const sort: Kernels["sort"] = (x, values, indices, { descending, count }) => {
	const [source, sorted, positions] = [x, values, indices].map(contiguousElements);
	const length = x.shape[x.shape.length - 1];
	const rowCount = length === 0 ? 0 : x.size / length;
	const sign = descending ? -1 : 1;
	for (let row = 0; row < rowCount; row++) {
		const at = (i: number): number => source[row * length + i];
		const order = Array.from({ length }, (_, i) => i).sort((i, j) => sign * compare(at(i), at(j)));
		for (let i = 0; i < count; i++) {
			sorted[row * count + i] = at(order[i]);
			positions[row * count + i] = order[i];
		}
	}
};
