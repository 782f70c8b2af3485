/** Parts of a date that come round: month, weekday, hour. */
import { calendarParts } from "../calendar.ts";
import type { Transform } from "../transform.ts";
import { numericSummary } from "./scaling.ts";

/** State of `cyclical`. */
export interface CyclicalState {
	/** Names of the parts, a part of `calendarParts`. */
	readonly parts: readonly string[];
}

/** sin and cos of 2π · part / cycle for each part that varies in training, in UTC; December lies next to January. 0 and 0 for a missing date. */
export const cyclical: Transform<CyclicalState> = {
	name: "cyclical",
	role: "extra",
	readsMissing: true,
	formula: "sin and cos of 2π · part / cycle for month, weekday, hour",
	fit: (summary) => {
		const { calendar } = numericSummary(summary);
		return { parts: calendarParts.filter((_, i) => severalBits(calendar[i])).map(({ name }) => name) };
	},
	featureNames: ({ parts }, column) => parts.flatMap((part) => [`${column} (${part} sin)`, `${column} (${part} cos)`]),
	apply: ({ parts }, column, into) => {
		if (column.kind !== "numeric") return;
		for (const [i, part] of calendarParts.filter(({ name }) => parts.includes(name)).entries()) {
			const angles = Array.from({ length: part.cycle }, (_, value) => (2 * Math.PI * value) / part.cycle);
			const [sines, cosines] = [angles.map(Math.sin), angles.map(Math.cos)];
			for (let row = 0, at = into.start + 2 * i; row < column.values.length; row++, at += into.stride) {
				if (!Number.isFinite(column.values[row])) continue;
				const value = part.of(column.values[row]);
				into.values[at] = sines[value];
				into.values[at + 1] = cosines[value];
			}
		}
	},
	read: (json) => {
		const parts = json.fields("parts").parts.names();
		const inOrder = calendarParts.map(({ name }) => name as string).filter((name) => parts.includes(name));
		return inOrder.join() === parts.join() ? { parts } : json.refuse("parts among month, weekday, hour, in this order");
	},
};

const severalBits = (bits: number): boolean => (bits & (bits - 1)) !== 0;
