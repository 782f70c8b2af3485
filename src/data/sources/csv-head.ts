/** Names of a text table's columns: whether the first row holds them, and what may be wrong with it. */
import type { DataError } from "../errors.ts";
import { missingTexts, parseDate, parseNumber, trimSpaces } from "./cells.ts";
import type { CsvRecord } from "./csv-reader.ts";
import { dataError, quoted } from "./refuse.ts";
import type { TableFormat, TextOptions } from "./source.ts";

/** What the first rows say about the table. */
export interface CsvHead {
	readonly names: readonly string[];
	/** Whether the first record is the header, no row. */
	readonly hasHeader: boolean;
}

/** The delimiter asked for, or the format's own. */
export function delimiterOf(format: TableFormat, options: TextOptions): string {
	const { delimiter = format === "tsv" ? "\t" : "," } = options;
	if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
		throw dataError({
			fault: "the delimiter is not usable",
			expected: "one character, no quote or line end",
			received: quoted(delimiter),
			attempt: 'delimiter: ";" or "\\t"',
		});
	}
	return delimiter;
}

/** Whether a record is an empty line that separates nothing. In a table of one column it is a missing cell. */
export function isBlank(record: CsvRecord, columnCount: number): boolean {
	return columnCount > 1 && record.cells.length === 1 && record.cells[0] === "";
}

/**
 * Reads names from the first records.
 *
 * @param records - the first rows of the file, as many as are at hand
 * @throws DataError if there is no row, only a header, a name twice, or another delimiter fits better
 */
export function readHead(
	records: readonly CsvRecord[],
	options: TextOptions & { readonly file?: string; readonly delimiter: string },
): CsvHead {
	const { file, header = "auto" } = options;
	const rows = records.slice(records.findIndex(({ cells }) => cells.length > 1 || cells[0] !== ""));
	const [first, ...rest] = rows.filter((record) => !isBlank(record, rows[0].cells.length));
	if (first === undefined || records.every(({ cells }) => cells.length === 1 && cells[0].trim() === "")) throw emptyTable(file);
	const better = betterDelimiter(first, rest[0], options.delimiter);
	if (better !== undefined) throw wrongDelimiter(first, better, options);
	const hasHeader = header === "auto" ? looksLikeHeader(first, rest, options) : header;
	if (hasHeader && rest.length === 0) throw noRows(file);
	const names = first.cells.map((cell, i) => (hasHeader && cell.trim() !== "" ? cell.trim() : `column${i + 1}`));
	checkNames(names, first.line, file);
	return { names, hasHeader };
}

/**
 * A first row without a number or date is a header. One with some is a header only if elsewhere it has text above a column of numbers, and
 * none of its numbers stands above a column of numbers: years as names, say.
 */
function looksLikeHeader(first: CsvRecord, rest: readonly CsvRecord[], options: TextOptions): boolean {
	const missing = missingTexts(options.missing);
	const isValue = (cell: string) => !Number.isNaN(parseNumber(cell)) || !Number.isNaN(parseDate(cell));
	const isData = first.cells.map(isValue);
	if (!isData.includes(true)) return true;
	return first.cells.some((cell, i) => {
		if (isData[i] || missing.has(trimSpaces(cell))) return false;
		const below = rest.map((record) => trimSpaces(record.cells[i] ?? "")).filter((text) => !missing.has(text));
		return below.length > 0 && below.every(isValue);
	});
}

function betterDelimiter(first: CsvRecord, second: CsvRecord | undefined, delimiter: string): string | undefined {
	if (first.cells.length !== 1) return undefined;
	const parts = (record: CsvRecord, other: string) => record.cells.join(delimiter).split(other).length;
	return [";", "\t", ",", "|"].find(
		(other) => other !== delimiter && parts(first, other) > 1 && (second === undefined || parts(second, other) >= parts(first, other)),
	);
}

function checkNames(names: readonly string[], row: number, file: string | undefined): void {
	const seen = new Map<string, number>();
	for (const [i, name] of names.entries()) {
		const before = seen.get(name);
		if (before !== undefined) {
			throw dataError({
				file,
				row,
				column: name,
				fault: "two columns have the same name",
				expected: "every name once",
				received: `it in columns ${before + 1} and ${i + 1}`,
				attempt: "rename one of them; if the first row holds values and no names, say header: false",
			});
		}
		seen.set(name, i);
	}
}

/** Nothing in the file, or only white space. */
export function emptyTable(file?: string): DataError {
	return dataError({
		file,
		fault: "there is nothing in it",
		expected: "a header and rows, or rows",
		received: "no text",
		attempt: "check whether the file was written to its end",
	});
}

/** A header and nothing below it. */
export function noRows(file?: string): DataError {
	return dataError({
		file,
		fault: "there are names of columns and no rows",
		expected: "at least one row",
		received: "0 rows",
		attempt: "check whether the file was written to its end; if the first line holds values, say header: false",
	});
}

function wrongDelimiter(first: CsvRecord, better: string, options: { readonly file?: string; readonly delimiter: string }): DataError {
	const named = (delimiter: string) => (delimiter === "\t" ? "tab" : `"${delimiter}"`);
	return dataError({
		file: options.file,
		row: first.line,
		fault: "the whole line is one column",
		expected: `cells separated by ${named(options.delimiter)}`,
		received: `${quoted(first.cells[0])}, which ${named(better)} would separate`,
		attempt: `delimiter: ${JSON.stringify(better)}`,
	});
}

/**
 * Checks that a row has a cell for each column. One empty cell more, from a delimiter at the line's end, is let pass.
 *
 * @throws DataError with the line
 */
export function checkRow({ cells, line }: CsvRecord, columnCount: number, file?: string): void {
	if (cells.length === columnCount || (cells.length === columnCount + 1 && cells[columnCount] === "")) return;
	const isLong = cells.length > columnCount;
	throw dataError({
		file,
		row: line,
		fault: `the row has too ${isLong ? "many" : "few"} cells`,
		expected: `${columnCount}, as in the first row`,
		received: `${cells.length}`,
		attempt: isLong
			? "put quotes round cells that contain the delimiter"
			: "complete the row; a cell without a value is written as nothing",
	});
}
