/** Numbers as they are. */
import type { Transform } from "../transform.ts";
import { numericSummary, writeScaled } from "./scaling.ts";

/** x; for numbers that lie within about −1 … 1 already. */
export const none: Transform<Readonly<Record<never, never>>> = {
	name: "none",
	role: "scale",
	formula: "x",
	fit: (summary) => {
		numericSummary(summary);
		return {};
	},
	featureNames: (_, column) => [column],
	apply: (_, column, into) => writeScaled({ center: 0, width: 1 }, column, into),
	read: (json) => json.fields(),
};
