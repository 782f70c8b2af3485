/** Classes of a table's rows before anything is fitted: what a stratified split needs. */
import type { Table } from "../table.ts";
import { codesIn, toNominal } from "./align.ts";
import { collectorFor } from "./collect.ts";
import { columnsByName, findColumns } from "./columns.ts";
import { exactQuantiles } from "./quantiles.ts";
import { categoryCounts } from "./summary.ts";
import { inferTask, MOST_COUNTED, type Task } from "./target.ts";

/** A class index a row, for `splitRows` and `kFold`. */
export interface ClassCodes {
	/** Places in `classes`; −1 where the target is missing. */
	readonly stratify: Int32Array;
	readonly classes: readonly string[];
}

/**
 * The classes of a table's rows, as `fitPreprocessor` would find them; null if the target is numbers to predict, or text.
 *
 * @throws DataError if there is no such column
 * @example
 * const by = classCodes(table, "survived") ?? "random";
 * const { train, validation } = splitRows({ rowCount: table.rowCount, by, rng });
 */
export function classCodes(table: Table, target: string, task: Task | null = null): ClassCodes | null {
	const [column] = findColumns(columnsByName(table, "classCodes"), [target], {
		where: "classCodes",
		advice: "a column's name as in the table.",
	});
	if (column.kind === "text") return null;
	const collector = collectorFor(column, { quantiles: exactQuantiles(), distinctLimit: MOST_COUNTED, textAsNames: false });
	collector.add(column);
	const summary = collector.summary();
	if (summary.kind === "text" || (task ?? inferTask(summary)) === "values") return null;
	const classes = categoryCounts(summary).map(([name]) => name);
	return { stratify: codesIn(classes, toNominal(column)), classes };
}
