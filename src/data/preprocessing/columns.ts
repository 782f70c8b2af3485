/** Finding columns of a table by name. */
import { nearestNames } from "../../core/nearest.ts";
import { showKind } from "../../core/options.ts";
import type { Column, Table } from "../table.ts";
import { counted, listed, quoted, refuse } from "./refuse.ts";

/**
 * Columns by name.
 *
 * @throws DataError if two have one name or one is shorter than the table
 */
export function columnsByName(table: Table, where: string): Map<string, Column> {
	const { columns, rowCount } = table ?? {};
	if (!Array.isArray(columns)) {
		const received = showKind(table);
		refuse(where, { expected: "a table, with rowCount and columns", received, advice: "await source.read() of what openTable gave." });
	}
	const byName = new Map<string, Column>();
	for (const column of columns) {
		const { name } = column;
		if (byName.has(name)) {
			refuse(where, { expected: "columns with different names", received: `two named ${quoted(name)}`, advice: "rename or drop one." });
		}
		const cellCount = column.kind === "nominal" ? column.codes.length : column.values.length;
		if (cellCount !== rowCount) {
			refuse(where, { expected: `${counted(rowCount, "cell")} in column ${quoted(name)}`, received: String(cellCount) });
		}
		byName.set(name, column);
	}
	return byName;
}

/** `"fare" (near: "Fare")` */
function withNearest(name: string, known: Iterable<string>): string {
	const near = nearestNames(name, known);
	return near.length === 0 ? quoted(name) : `${quoted(name)} (near: ${near.map(quoted).join(", ")})`;
}

/**
 * The columns of those names.
 *
 * @throws DataError that lists all that are absent with the nearest names of those that are there
 */
export function findColumns(
	byName: ReadonlyMap<string, Column>,
	names: readonly string[],
	{ where, advice }: { where: string; advice: string },
): Column[] {
	const absent = names.filter((name) => !byName.has(name));
	if (absent.length > 0) {
		refuse(where, {
			expected: `the ${absent.length === 1 ? "column" : "columns"} ${absent.map((name) => withNearest(name, byName.keys())).join(", ")}`,
			received: byName.size === 0 ? "a table without columns" : `a table with ${listed([...byName.keys()], 12)}`,
			advice,
		});
	}
	return names.map((name) => byName.get(name)!);
}
