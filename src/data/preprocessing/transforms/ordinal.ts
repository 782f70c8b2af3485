/** Categories that have an order, such as small, medium, large. */
import { codesIn } from "../align.ts";
import { listed, refuseColumn } from "../refuse.ts";
import type { Transform } from "../transform.ts";
import { categoriesOf } from "./one-hot.ts";

/** State of `ordinal`. */
export interface OrdinalState {
	/** Lowest first. */
	readonly categories: readonly string[];
}

/**
 * The category's place in the order, from −1 (lowest) to 1 (highest) in even steps; 0 for missing and for what training had not.
 * Places themselves would dwarf standardised features beside them.
 */
export const ordinal: Transform<OrdinalState> = {
	name: "ordinal",
	role: "encode",
	formula: "place in the order, from −1 to 1",
	fit: (summary, options) => {
		const categories = categoriesOf(summary, options);
		if (options.order === undefined) return { categories };
		const unknown = categories.filter((category) => !options.order!.includes(category));
		if (unknown.length === 0) return { categories: [...options.order] };
		return refuseColumn(summary.name, {
			expected: "order to name all categories",
			received: `an order without ${listed(unknown)}`,
			advice: "add them where they belong.",
		});
	},
	featureNames: (_, column) => [column],
	apply: ({ categories }, column, into) => {
		const codes = codesIn(categories, column);
		const half = (categories.length - 1) / 2;
		for (let row = 0, at = into.start; row < codes.length; row++, at += into.stride) {
			into.values[at] = codes[row] < 0 || half === 0 ? 0 : (codes[row] - half) / half;
		}
	},
	read: (json) => ({ categories: json.fields("categories").categories.names() }),
	categories: ({ categories }) => categories,
};
