/** A feature for each category. */
import { codesIn, MISSING } from "../align.ts";
import { refuseColumn } from "../refuse.ts";
import type { ColumnSummary } from "../summary.ts";
import { categoryCounts } from "../summary.ts";
import type { FitOptions, Transform } from "../transform.ts";

/** State of `oneHot`. */
export interface OneHotState {
	readonly categories: readonly string[];
	/** Whether missing is a category of its own, the last one. */
	readonly missing: boolean;
}

/** 1 in the category's feature, 0 in the others; all 0 for a category that training had not, and for missing if training had none. */
export const oneHot: Transform<OneHotState> = {
	name: "oneHot",
	role: "encode",
	formula: "1 in the category's own feature, 0 elsewhere",
	showsMissing: true,
	fit: (summary, options) => {
		const missing = options.fill === null && summary.kind !== "text" && summary.missingCount > 0;
		return { categories: categoriesOf(summary, options), missing };
	},
	featureNames: ({ categories, missing }, column) => {
		const names = categories.map((category) => `${column}=${category}`);
		return missing ? [...names, `${column} (missing)`] : names;
	},
	apply: ({ categories, missing }, column, into) => {
		const codes = codesIn(categories, column);
		for (let row = 0, at = into.start; row < codes.length; row++, at += into.stride) {
			const code = codes[row] === MISSING && missing ? categories.length : codes[row];
			if (code >= 0) into.values[at + code] = 1;
		}
	},
	read: (json) => {
		const { categories, missing } = json.fields("categories", "missing");
		return { categories: categories.names(), missing: missing.truth() };
	},
	categories: ({ categories }) => categories,
};

/** The categories of the training cells, after missing ones were filled. */
export function categoriesOf(summary: ColumnSummary, { fill }: FitOptions): string[] {
	if (summary.kind === "text") return refuseColumn(summary.name, { expected: "names to encode", received: "free text" });
	const categories = categoryCounts(summary).map(([category]) => category);
	if (typeof fill === "string" && !categories.includes(fill)) categories.push(fill);
	return categories;
}
