/** Rows of a table as people know them, for examples of a data set made from it. */
import type { Preprocessor } from "../../data/preprocessing/preprocessor.ts";
import { rowsWithTarget, targetColumns } from "../../data/preprocessing/target.ts";
import { selectRows } from "../../data/select-rows.ts";
import type { Column, Table } from "../../data/table.ts";
import type { ExampleCells } from "./opened.ts";

/** The cells of the example at place `example` of the part that holds those rows; rows without target are no examples. */
export function exampleCells(
	table: Table,
	preprocessor: Preprocessor,
	{ rows, example }: { rows: Int32Array; example: number },
): ExampleCells {
	const names = targetColumns(preprocessor.target);
	const targets: Table = { rowCount: table.rowCount, columns: table.columns.filter(({ name }) => names.includes(name)) };
	const kept = rowsWithTarget(selectRows(targets, rows).columns, rows.length);
	const row = rows[kept === null ? example : kept[example]];
	const columns = preprocessor.inputs.flatMap((input) => table.columns.find(({ name }) => name === input.name) ?? []);
	return { row, cells: columns.map((column) => [column.name, cellText(column, row)] as const) };
}

/** A cell as text; "" if it is missing. */
export function cellText(column: Column, row: number): string {
	switch (column.kind) {
		case "numeric": {
			const value = column.values[row];
			if (Number.isNaN(value)) return "";
			return column.temporal === true ? dateText(value) : String(Number(value.toPrecision(7)));
		}
		case "nominal":
			return column.categories[column.codes[row]] ?? "";
		case "text":
			return column.values[row] ?? "";
		default:
			throw column satisfies never;
	}
}

/** Milliseconds either side of 1970 that a Date can hold. */
const DATE_RANGE = 8.64e15;

function dateText(seconds: number): string {
	if (Math.abs(seconds * 1000) > DATE_RANGE) return String(seconds);
	return new Date(seconds * 1000).toISOString().replace(/T00:00:00\.000Z$|\.000Z$/, "");
}
