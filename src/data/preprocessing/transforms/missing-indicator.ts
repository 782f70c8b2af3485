/** Whether a cell was missing, which often says something itself. */
import { missingRows } from "../impute.ts";
import type { Transform } from "../transform.ts";

/** 1 where the cell is missing, else 0. */
export const missingIndicator: Transform<Readonly<Record<never, never>>> = {
	name: "missingIndicator",
	role: "extra",
	formula: "1 where the cell is missing, else 0",
	readsMissing: true,
	showsMissing: true,
	fit: () => ({}),
	featureNames: (_, column) => [`${column} (missing)`],
	apply: (_, column, into) => {
		for (const row of missingRows(column)) into.values[into.start + row * into.stride] = 1;
	},
	read: (json) => json.fields(),
};
