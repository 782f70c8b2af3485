/** Reads separated text from a file record by record: its head, the line of a row, and what is wrong with it where DuckDB gave up. */
import { type CsvHead, checkRow, isBlank, readHead } from "../csv-head.ts";
import { CsvReader, type CsvRecord } from "../csv-reader.ts";
import type { TextOptions } from "../source.ts";
import { type Encoding, fileText } from "./bytes.ts";
import type { TableFile } from "./locate.ts";

/** How a file's text is cut. */
export interface Dialect {
	readonly file: TableFile;
	readonly delimiter: string;
	readonly encoding: Encoding;
}

/** A head and where rows start. */
export interface FileHead extends CsvHead {
	/** Empty lines before the first record. */
	readonly blankLineCount: number;
}

const HEAD_RECORDS = 200;

async function* fileRecords({ file, delimiter, encoding }: Dialect): AsyncGenerator<CsvRecord> {
	const reader = new CsvReader({ delimiter, file: file.path });
	for await (const text of fileText(file, encoding)) yield* reader.push(text);
	yield* reader.end();
}

/** Names of the columns, from the first records. @throws DataError as `readHead` does, and if the first lines are malformed */
export async function readFileHead(dialect: Dialect, options: TextOptions): Promise<FileHead> {
	const records: CsvRecord[] = [];
	for await (const record of fileRecords(dialect)) {
		records.push(record);
		if (records.length === HEAD_RECORDS) break;
	}
	const head = readHead(records, { ...options, file: dialect.file.path, delimiter: dialect.delimiter });
	return {
		...head,
		blankLineCount: Math.max(
			0,
			records.findIndex(({ cells }) => cells.length > 1 || cells[0] !== ""),
		),
	};
}

/** Rows below the header, empty lines aside. */
async function* fileRows(dialect: Dialect, head: FileHead): AsyncGenerator<CsvRecord> {
	let skip = head.blankLineCount + (head.hasHeader ? 1 : 0);
	for await (const record of fileRecords(dialect)) {
		if (skip-- <= 0 && !isBlank(record, head.names.length)) yield record;
	}
}

/** Reads until something is malformed. @throws DataError with the line of what is */
export async function findCsvFault(dialect: Dialect, head: FileHead): Promise<void> {
	for await (const row of fileRows(dialect, head)) checkRow(row, head.names.length, dialect.file.path);
}

/** Line of a row, counted from 0. */
export async function lineOfRow(dialect: Dialect, head: FileHead, rowNumber: number): Promise<number> {
	let rows = 0;
	for await (const { line } of fileRows(dialect, head)) if (rows++ === rowNumber) return line;
	return rowNumber + 1;
}
