/** Tables from text and records in memory, in Node and in browsers: for predictions and small data. Files are read by open-table.ts. */
import type { DataError } from "../errors.ts";
import type { Table } from "../table.ts";
import { checkTypeNames } from "./choose-columns.ts";
import { columnFromCells } from "./column-from-cells.ts";
import { checkRow, delimiterOf, emptyTable, isBlank, readHead } from "./csv-head.ts";
import { CsvReader, type CsvRecord } from "./csv-reader.ts";
import { cellText, type JsonRecords, jsonRecords } from "./json-records.ts";
import { dataError } from "./refuse.ts";
import type { CellOptions, TableFormat, TextOptions } from "./source.ts";

/** How text in memory is read. */
export interface TableFromTextOptions extends TextOptions {
	/** Name in messages. */
	readonly file?: string;
}

/** Formats that are text. */
export type TextFormat = Exclude<TableFormat, "parquet">;

/**
 * A table from text: separated values (RFC 4180) or JSON records. Kinds of columns are inferred as `openTable` infers them.
 *
 * ```ts
 * const table = tableFromText("age,sex\n22,male\n38,female\n", "csv");
 * ```
 *
 * @throws DataError if there is no row, a row has too many or too few cells, a name stands twice, or a cell does not fit `types`
 */
export function tableFromText(text: string, format: TextFormat, options: TableFromTextOptions = {}): Table {
	switch (format) {
		case "csv":
		case "tsv":
			return tableFromCsv(text, { ...options, delimiter: delimiterOf(format, options) });
		case "jsonl":
			return tableFromJson(jsonRecords(text, options.file), options);
		default:
			throw unknownFormat(format satisfies never);
	}
}

/**
 * A table from records. Columns are the names in order of first appearance; a record without a name lacks that value. Texts that all are
 * numbers give a numeric column, as in a file.
 *
 * ```ts
 * const table = tableFromRows([{ age: 22, sex: "male" }, { age: null, sex: "female" }]);
 * ```
 *
 * @throws DataError if there is no record, or a value does not fit `types`
 */
export function tableFromRows(records: readonly Readonly<Record<string, unknown>>[], options: CellOptions = {}): Table {
	return tableFromJson({ records, lines: null }, options);
}

function tableFromCsv(text: string, options: TableFromTextOptions & { readonly delimiter: string }): Table {
	const reader = new CsvReader(options);
	const records = [...reader.push(text.endsWith("\n") ? text : `${text}\n`), ...reader.end()];
	const { names, hasHeader } = readHead(records, options);
	checkTypeNames(options.types, names, options.file);
	const rows = rowsOf(records, { columnCount: names.length, hasHeader });
	for (const row of rows) checkRow(row, names.length, options.file);
	const lines = rows.map(({ line }) => line);
	return {
		rowCount: rows.length,
		columns: names.map((name, i) => columnFromCells({ name, cells: rows.map(({ cells }) => cells[i]), lines }, options)),
	};
}

/** Records below the header, without empty lines; those above the header go in any case. */
function rowsOf(records: readonly CsvRecord[], { columnCount, hasHeader }: { columnCount: number; hasHeader: boolean }): CsvRecord[] {
	const first = records.findIndex(({ cells }) => cells.length > 1 || cells[0] !== "");
	return records.slice(hasHeader ? first + 1 : first).filter((record) => !isBlank(record, columnCount));
}

function tableFromJson({ records, lines }: JsonRecords, options: CellOptions & { readonly file?: string }): Table {
	const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
	if (names.length === 0) throw emptyTable(options.file);
	checkTypeNames(options.types, names, options.file);
	const cellsOf = (name: string) => records.map((record) => (Object.hasOwn(record, name) ? cellText(record[name]) : null));
	return {
		rowCount: records.length,
		columns: names.map((name) => columnFromCells({ name, cells: cellsOf(name), lines }, options)),
	};
}

function unknownFormat(format: string): DataError {
	return dataError({
		fault: "text of this format cannot be read",
		expected: '"csv", "tsv" or "jsonl"',
		received: JSON.stringify(format),
		attempt: "give Parquet as a file to openTable",
	});
}
