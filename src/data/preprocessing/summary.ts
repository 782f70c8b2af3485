/** What fitting knows of a column: counts and moments, small whatever the number of rows. Collectors make it piece by piece. */
import type { Moments } from "./moments.ts";

/** Of a numeric column. Cells that are not finite are missing. */
export interface NumericSummary {
	readonly kind: "numeric";
	readonly name: string;
	readonly temporal: boolean;
	readonly rowCount: number;
	readonly missingCount: number;
	readonly min: number;
	readonly max: number;
	readonly mean: number;
	/** Of the cells as the column's scaler views them. */
	readonly moments: Moments;
	/** Whether all numbers are integers. */
	readonly isWhole: boolean;
	/** How often each number occurs; null if there are too many different ones to keep. */
	readonly counts: ReadonlyMap<number, number> | null;
	/** For each of `calendarParts`, its values that occur, as bits; 0 if the column is not temporal. */
	readonly calendar: readonly number[];
	/** The number below which the fraction `p` of the cells lies. */
	quantile(p: number): number;
}

/** Of a nominal column. */
export interface NominalSummary {
	readonly kind: "nominal";
	readonly name: string;
	readonly rowCount: number;
	readonly missingCount: number;
	/** How often each name occurs; only names that do. */
	readonly counts: ReadonlyMap<string, number>;
}

/** Of a text column, of which nothing is known. */
export interface TextSummary {
	readonly kind: "text";
	readonly name: string;
	readonly rowCount: number;
}

/** Of any column. */
export type ColumnSummary = NumericSummary | NominalSummary | TextSummary;

/** Order of names that does not depend on where in the data they stand: numbers by size, before other names by code units. */
export function compareNames(a: string, b: string): number {
	const [x, y] = [numberIn(a), numberIn(b)];
	if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : x - y;
	return a < b ? -1 : a > b ? 1 : 0;
}

/** The finite number that a name spells, else NaN. */
export function numberIn(name: string): number {
	const number = name.trim() === "" ? Number.NaN : Number(name);
	return Number.isFinite(number) ? number : Number.NaN;
}

/** Categories and how often each occurs, in the order of `compareNames`; empty if there are too many different numbers. */
export function categoryCounts(summary: NumericSummary | NominalSummary): [category: string, count: number][] {
	const entries = [...(summary.counts ?? [])].map(([value, count]): [string, number] => [String(value), count]);
	return entries.sort(([a], [b]) => compareNames(a, b));
}
