/** What the scalers share: (view(x) − center) / width, and widths that are safe to divide by. */
import type { NominalColumn, NumericColumn } from "../../table.ts";
import { quoted, refuseColumn } from "../refuse.ts";
import type { ColumnSummary, NumericSummary } from "../summary.ts";
import type { FeatureTarget } from "../transform.ts";

/** How a scaler maps numbers. */
export interface Scaling {
	readonly center: number;
	/** > 0 */
	readonly width: number;
	readonly view?: (x: number) => number;
}

/** Writes the one feature of a scaler. */
export function writeScaled({ center, width, view }: Scaling, column: NumericColumn | NominalColumn, into: FeatureTarget): void {
	const { values } = numericColumn(column);
	for (let row = 0, at = into.start; row < values.length; row++, at += into.stride) {
		into.values[at] = ((view === undefined ? values[row] : view(values[row])) - center) / width;
	}
}

/** The summary, which must be of a numeric column. */
export function numericSummary(summary: ColumnSummary): NumericSummary {
	if (summary.kind === "numeric") return summary;
	return refuseColumn(summary.name, { expected: "numbers to scale", received: `a ${summary.kind} column` });
}

function numericColumn(column: NumericColumn | NominalColumn): NumericColumn {
	if (column.kind === "numeric") return column;
	return refuseColumn(column.name, { expected: "numbers to scale", received: "names" });
}

/** A width below this part of the range is rounding noise in equal numbers; dividing by it would make 10⁹ of an outlier, or infinity. */
const NOISE = 1e-9;

/**
 * The first of the widths that can be divided by: not 0, underflowed or noise. The range of the numbers stands in, then 1, so that equal
 * numbers become 0.
 *
 * @throws DataError if the numbers are so large that a width overflows
 */
export function safeWidth({ name, min, max }: NumericSummary, ...widths: readonly number[]): number {
	for (const width of [...widths, max - min]) {
		if (!Number.isFinite(width)) {
			refuseColumn(name, {
				expected: "numbers whose squares are finite",
				received: `numbers from ${min} to ${max}`,
				advice: `columns: { ${quoted(name)}: { scale: "log" } }.`,
			});
		}
		if (width > NOISE * (max - min)) return width;
	}
	return 1;
}
