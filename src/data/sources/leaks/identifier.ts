/** Numbers that count rows. Where rows are sorted by the target they predict it, and yet tell nothing of new rows. */
import type { Column } from "../../table.ts";

/**
 * Whether a column is an index: whole numbers or times, different in every row, that rise or fall with the rows or leave few numbers out.
 * Texts different in every row need no such rule, as nothing in them repeats.
 */
export function isIdentifier(column: Column): boolean {
	if (column.kind !== "numeric" || column.values.length < 2) return false;
	const { values } = column;
	let [rises, falls, min, max] = [true, true, values[0], values[0]];
	for (let i = 0; i < values.length; i++) {
		if (Number.isNaN(values[i]) || !(column.temporal || Number.isInteger(values[i]))) return false;
		if (i > 0) [rises, falls] = [rises && values[i] > values[i - 1], falls && values[i] < values[i - 1]];
		[min, max] = [Math.min(min, values[i]), Math.max(max, values[i])];
	}
	if (rises || falls) return true;
	return max - min < 2 * values.length && new Set(values).size === values.length;
}
