/** Numbers, scores and tables as short texts for the terminal; what reports write too comes from them. */
import { formatPercent, plainNumber } from "../report/format.ts";
import { metricRegistry } from "../train/metrics/index.ts";

export { formatCount as count, formatCounted as counted, formatSeconds as duration, plainNumber as short } from "../report/format.ts";
export { sparkline } from "../report/text/sparkline.ts";

/** A score as people read it: shares in percent, the rest in four digits. */
export function scoreText(name: string, value: number): string {
	const isShare = metricRegistry.has(name) && metricRegistry.get(name).unit === "share";
	return isShare ? formatPercent(value, 2) : plainNumber(value);
}

/** Cells in aligned columns; `right` names columns of numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: readonly string[]): string =>
		row
			.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
			.join("  ")
			.trimEnd();
	return rows.map(line).join("\n");
}
