/** Codes of categories, for the network to look up in a table of learnt vectors. */
import { codesIn } from "../align.ts";
import { categoryCounts } from "../summary.ts";
import type { Transform } from "../transform.ts";

/** State of `embedding`. */
export interface EmbeddingState {
	/** The category at place i has the code i + 1. */
	readonly categories: readonly string[];
}

/** Rows that a category needs for a vector of its own. */
const FEWEST_ROWS = 2;

/** Longest vector that is suggested. */
const LONGEST = 64;

/**
 * 1 … n for the categories, 0 for missing, for what training had not, and for what it had only once: from those the network learns what to
 * make of a category that it does not know.
 */
export const embedding: Transform<EmbeddingState> = {
	name: "embedding",
	role: "encode",
	formula: "1 … n by category, 0 for unknown, rare and missing",
	showsMissing: true,
	fit: (summary) => {
		const counts = summary.kind === "text" ? [] : categoryCounts(summary);
		return { categories: counts.filter(([, count]) => count >= FEWEST_ROWS).map(([category]) => category) };
	},
	featureNames: (_, column) => [column],
	apply: ({ categories }, column, into) => {
		const codes = codesIn(categories, column);
		for (let row = 0, at = into.start; row < codes.length; row++, at += into.stride) into.values[at] = Math.max(codes[row] + 1, 0);
	},
	read: (json) => ({ categories: json.fields("categories").categories.names() }),
	categories: ({ categories }) => categories,
	embedding: ({ categories }) => ({ count: categories.length + 1, dim: embeddingDim(categories.length) }),
};

/** A vector length for n categories: 1.6 · n^0.56, the rule of fastai (Howard & Gugger 2020, arXiv:2002.04688), at most 64. */
export function embeddingDim(categoryCount: number): number {
	return Math.max(1, Math.min(LONGEST, Math.round(1.6 * categoryCount ** 0.56)));
}
