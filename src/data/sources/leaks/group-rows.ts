/** Rows that a column takes for alike: the same category, text or range of numbers. */
import type { Column, NumericColumn } from "../../table.ts";

/** Rows of one range of numbers: few, so that a threshold which splits the classes is met closely, yet enough for a majority. */
const ROWS_PER_RANGE = 5;
const MOST_RANGES = 256;
const MISSING = -1;

/** A group number for each row. Ranges of numbers are laid by the rows that are not held out. */
export function groupRows(column: Column, isHeldOut: (row: number) => boolean): Int32Array {
	switch (column.kind) {
		case "nominal":
			return column.codes;
		case "text":
			return textGroups(column.values);
		case "numeric":
			return rangeGroups(column, isHeldOut);
		default:
			throw column satisfies never;
	}
}

function textGroups(values: readonly (string | null)[]): Int32Array {
	const numbers = new Map<string, number>();
	return Int32Array.from(values, (value) => {
		if (value === null) return MISSING;
		const number = numbers.get(value) ?? numbers.size;
		numbers.set(value, number);
		return number;
	});
}

/** Ranges of equal counts, so that far values do not empty them; a number that fills a range has it alone. */
function rangeGroups({ values }: NumericColumn, isHeldOut: (row: number) => boolean): Int32Array {
	const sorted = values.filter((x, row) => !Number.isNaN(x) && !isHeldOut(row)).sort();
	const count = Math.max(1, Math.min(MOST_RANGES, Math.floor(sorted.length / ROWS_PER_RANGE)));
	const edges = new Float64Array(new Set(Array.from({ length: count }, (_, k) => sorted[Math.floor((k * sorted.length) / count)])));
	return Int32Array.from(values, (x) => (Number.isNaN(x) ? MISSING : placeOf(x, edges)));
}

/** Number of edges that are ≤ x. */
function placeOf(x: number, edges: Float64Array): number {
	let [low, high] = [0, edges.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (edges[middle] <= x) low = middle + 1;
		else high = middle;
	}
	return low;
}
