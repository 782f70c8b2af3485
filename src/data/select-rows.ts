/** Some rows of a table, as a table. */
import type { Column, Table } from "./table.ts";

/**
 * The rows of those numbers, in that order; a row may be asked for twice. Categories are kept, used or not.
 *
 * @throws RangeError if a number is no row of the table
 */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
	for (let i = 0; i < rows.length; i++) {
		if (!(Number.isInteger(rows[i]) && rows[i] >= 0 && rows[i] < table.rowCount)) {
			throw new RangeError(`selectRows: expected row numbers from 0 to ${table.rowCount - 1}, received ${rows[i]} at place ${i}.`);
		}
	}
	return { rowCount: rows.length, columns: table.columns.map((column) => selectCells(column, rows)) };
}

function selectCells(column: Column, rows: ArrayLike<number>): Column {
	switch (column.kind) {
		case "numeric":
			return { ...column, values: gather(column.values, rows, new Float64Array(rows.length)) };
		case "nominal":
			return { ...column, codes: gather(column.codes, rows, new Int32Array(rows.length)) };
		case "text":
			return { ...column, values: Array.from(rows, (row) => column.values[row]) };
		default:
			throw column satisfies never;
	}
}

/** A loop: `from` with a function takes ten times as long. */
function gather<T extends Float64Array | Int32Array>(cells: T, rows: ArrayLike<number>, into: T): T {
	for (let i = 0; i < rows.length; i++) into[i] = cells[rows[i]];
	return into;
}
