/** What DuckDB complains of, in the user's words. The fault is looked for in the file itself: messages of a library change. */
import { DataError } from "../../errors.ts";
import { type Dialect, type FileHead, findCsvFault } from "../files/csv-scan.ts";
import { findJsonFault } from "../files/json-scan.ts";
import { dataError, quoted } from "../refuse.ts";

/** The error to throw for one that DuckDB threw. */
export async function explain(error: unknown, dialect: Dialect, head: FileHead | null): Promise<DataError> {
	if (error instanceof DataError) return error;
	const message = error instanceof Error ? error.message : String(error);
	const { path } = dialect.file;
	if (/maximum line size/i.test(message)) return longLine(path, Number(/on line: (\d+)/i.exec(message)?.[1] ?? Number.NaN));
	if (/^Out of Memory Error/i.test(message)) return outOfMemory(path);
	if (dialect.file.format === "parquet") return damagedParquet(path, message);
	try {
		if (head !== null) await findCsvFault(dialect, head);
		else await findJsonFault(dialect.file, dialect.encoding);
	} catch (fault) {
		if (fault instanceof DataError) return fault;
	}
	return /state machine reached an invalid state/.test(message) ? mixedLineEnds(path) : general(path, message);
}

/** The first sentence of a message, without advice for SQL. */
function firstLine(message: string): string {
	return message
		.split("\n")[0]
		.replace(/^[A-Z][A-Za-z ]* Error: /, "")
		.slice(0, 200);
}

function longLine(file: string, line: number): DataError {
	return dataError({
		file,
		row: Number.isNaN(line) ? undefined : line,
		fault: "the row is too long",
		expected: "rows of at most 2 MB",
		received: "a longer one",
		attempt: "look for a quote that is not closed; keep long texts in files of their own",
	});
}

function outOfMemory(file: string): DataError {
	return dataError({
		file,
		fault: "the table has too many different values to count in memory",
		expected: "400 MB of memory and room on the disk for temporary files to suffice",
		received: "a table that needs more",
		attempt: "free space in the folder for temporary files, or leave out columns of long texts",
	});
}

function damagedParquet(file: string, message: string): DataError {
	return dataError({
		file,
		fault: "this is no whole Parquet file",
		expected: "Parquet, whole and not encrypted",
		received: quoted(firstLine(message), 160),
		attempt: 'write or fetch the file again; if it is of another format, say so, as format: "csv"',
	});
}

function mixedLineEnds(file: string): DataError {
	return dataError({
		file,
		fault: "lines end in different ways",
		expected: "all lines to end with LF, or all with CR LF",
		received: "both",
		attempt: `sed -i 's/\\r$//' ${quoted(file)}`,
	});
}

function general(file: string, message: string): DataError {
	return dataError({
		file,
		fault: "the file cannot be read",
		expected: "a table",
		received: quoted(firstLine(message), 160),
		attempt: "check the options format, delimiter, header and encoding",
	});
}
