/** What takes the place of missing cells. */
import type { NominalColumn, NumericColumn } from "../table.ts";
import { quoted, refuseColumn } from "./refuse.ts";
import { categoryCounts, type NominalSummary, type NumericSummary } from "./summary.ts";

/** Median or mean of numbers, the most frequent number or name (the first of equals), or a constant. */
export type Impute = "median" | "mean" | "mostFrequent" | { readonly constant: number | string };

type Observed = NumericSummary | NominalSummary;

const rules: Readonly<Record<Extract<Impute, string>, (summary: Observed) => number | string | undefined>> = {
	median: (summary) => (summary.kind === "numeric" ? summary.quantile(0.5) : undefined),
	mean: (summary) => (summary.kind === "numeric" ? summary.mean : undefined),
	mostFrequent: (summary) => {
		const [category] = categoryCounts(summary).reduce((best, next) => (next[1] > best[1] ? next : best));
		return summary.kind === "numeric" ? Number(category) : category;
	},
};

/**
 * What to put in the place of the column's missing cells.
 *
 * @throws DataError if it cannot be had from the column: the median of names, a text among numbers
 */
export function fitFill(summary: Observed, impute: Impute): number | string {
	if (typeof impute === "object") {
		const { constant } = impute;
		if (summary.kind === "nominal") return String(constant);
		if (typeof constant === "number" && Number.isFinite(constant)) return constant;
		return refuseColumn(summary.name, { expected: "impute.constant to be a finite number", received: String(constant) });
	}
	const fill = rules[impute](summary);
	if (fill !== undefined) return fill;
	return refuseColumn(summary.name, { expected: "names to be imputed by mostFrequent or a constant", received: quoted(impute) });
}

/** The column with `fill` in its missing cells; the same column if none is missing or `fill` is null. */
export function fillMissing(column: NumericColumn | NominalColumn, fill: number | string | null): NumericColumn | NominalColumn {
	if (fill === null || missingRows(column).next().done) return column;
	if (column.kind === "numeric") {
		const values = column.values.slice();
		for (const row of missingRows(column)) values[row] = Number(fill);
		return { ...column, values };
	}
	const known = column.categories.indexOf(String(fill));
	const categories = known >= 0 ? column.categories : [...column.categories, String(fill)];
	const code = known >= 0 ? known : categories.length - 1;
	const codes = column.codes.slice();
	for (const row of missingRows(column)) codes[row] = code;
	return { ...column, categories, codes };
}

/** Numbers of the rows whose cell is missing: negative codes, numbers that are not finite. */
export function* missingRows(column: NumericColumn | NominalColumn): Generator<number> {
	if (column.kind === "numeric") {
		const { values } = column;
		for (let row = 0; row < values.length; row++) if (!Number.isFinite(values[row])) yield row;
		return;
	}
	const { codes } = column;
	for (let row = 0; row < codes.length; row++) if (codes[row] < 0) yield row;
}
