/** A table in memory as a source, so that it can be profiled and read in batches like a file. */
import type { Column, Table } from "../table.ts";
import { chooseColumns } from "./choose-columns.ts";
import { dataError } from "./refuse.ts";
import type { ColumnInfo, TableSource } from "./source.ts";

/**
 * A source of the table's rows. Batches share the table's memory.
 *
 * @param name - for messages and profiles
 */
export function sourceFromTable(table: Table, name = "table"): TableSource {
	const names = table.columns.map((column) => column.name);
	const rows = (wanted: readonly string[] | undefined, from: number, to: number): Table => ({
		rowCount: to - from,
		columns: chooseColumns(wanted, names, name).map((i) => sliceColumn(table.columns[i], from, to)),
	});
	return {
		path: name,
		format: "memory",
		rowCount: table.rowCount,
		columns: table.columns.map(columnInfo),
		read: async ({ columns, limit = table.rowCount } = {}) => rows(columns, 0, Math.min(limit, table.rowCount)),
		batches: async function* ({ columns, batchRows = 8192 } = {}) {
			if (!(Number.isSafeInteger(batchRows) && batchRows > 0)) throw badBatch(batchRows, name);
			for (let from = 0; from < table.rowCount; from += batchRows) yield rows(columns, from, Math.min(from + batchRows, table.rowCount));
		},
		close: async () => {},
	};
}

function sliceColumn(column: Column, from: number, to: number): Column {
	switch (column.kind) {
		case "numeric":
			return { ...column, values: column.values.subarray(from, to) };
		case "nominal":
			return { ...column, codes: column.codes.subarray(from, to) };
		case "text":
			return { ...column, values: column.values.slice(from, to) };
		default:
			throw column satisfies never;
	}
}

const EXAMPLE_COUNT = 5;

function columnInfo(column: Column): ColumnInfo {
	const cells = cellsOf(column);
	const present = cells.filter((cell) => cell !== null);
	const distinct = new Set(present);
	const range = column.kind === "numeric" && present.length > 0 ? rangeOf(present as number[]) : { min: null, max: null, mean: null };
	return {
		name: column.name,
		kind: column.kind,
		temporal: column.kind === "numeric" && column.temporal === true,
		missingCount: cells.length - present.length,
		distinctCount: distinct.size,
		distinctIsExact: true,
		...range,
		examples: Array.from(distinct, String).slice(0, EXAMPLE_COUNT),
	};
}

function cellsOf(column: Column): readonly (number | string | null)[] {
	switch (column.kind) {
		case "numeric":
			return Array.from(column.values, (x) => (Number.isNaN(x) ? null : x));
		case "nominal":
			return Array.from(column.codes, (code) => column.categories[code] ?? null);
		case "text":
			return column.values;
		default:
			throw column satisfies never;
	}
}

function rangeOf(values: readonly number[]): { min: number; max: number; mean: number } {
	let [min, max, sum] = [values[0], values[0], 0];
	for (const x of values) [min, max, sum] = [Math.min(min, x), Math.max(max, x), sum + x];
	return { min, max, mean: sum / values.length };
}

function badBatch(batchRows: number, file: string): Error {
	return dataError({
		file,
		fault: "batchRows is not usable",
		expected: "an integer of at least 1",
		received: String(batchRows),
		attempt: "leave it out for 8192 rows",
	});
}
