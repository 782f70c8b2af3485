/** Checks that a path is a readable file with something in it, and tells its format. Node only. */
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nearestNames } from "../../../core/nearest.ts";
import type { DataError } from "../../errors.ts";
import { isGzip } from "../../files/gzip.ts";
import { emptyTable } from "../csv-head.ts";
import { dataError, quoted } from "../refuse.ts";
import type { TableFormat } from "../source.ts";

/** A file that is there. */
export interface TableFile {
	readonly path: string;
	readonly format: TableFormat;
	readonly isGzip: boolean;
	readonly byteCount: number;
}

const endings: Readonly<Record<string, TableFormat>> = {
	".csv": "csv",
	".tsv": "tsv",
	".tab": "tsv",
	".parquet": "parquet",
	".pq": "parquet",
	".jsonl": "jsonl",
	".ndjson": "jsonl",
	".json": "jsonl",
};

/**
 * Finds the file and its format.
 *
 * @throws DataError if there is no such file, it is a folder, empty, not readable, or of no known format
 */
export async function locateTable(path: string, format?: TableFormat): Promise<TableFile> {
	const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error);
	if (facts instanceof Error) throw await missingFile(path, facts);
	if (facts.isDirectory()) throw await folderGiven(path);
	if (facts.isFile() && facts.size === 0) throw emptyTable(path);
	const start = await firstBytes(path);
	return { path, format: format ?? formatOf(path), isGzip: isGzip(start), byteCount: facts.size };
}

async function firstBytes(path: string): Promise<Uint8Array> {
	let file: FileHandle | undefined;
	try {
		file = await open(path);
		const { buffer, bytesRead } = await file.read(new Uint8Array(4), 0, 4, 0);
		return buffer.subarray(0, bytesRead);
	} catch (error) {
		throw unreadable(path, (error as NodeJS.ErrnoException).code);
	} finally {
		await file?.close();
	}
}

function endingOf(path: string): string {
	const name = basename(path)
		.toLowerCase()
		.replace(/[.]gz$/, "");
	return name.includes(".") ? name.slice(name.lastIndexOf(".")) : "";
}

function formatOf(path: string): TableFormat {
	const ending = endingOf(path);
	if (Object.hasOwn(endings, ending)) return endings[ending];
	throw dataError({
		file: path,
		fault: "its name does not tell the format",
		expected: `an ending among ${Object.keys(endings).join(", ")}, also with .gz`,
		received: ending === "" ? "none" : quoted(ending),
		attempt: 'format: "csv", "tsv", "parquet" or "jsonl"; spreadsheets can be saved as CSV',
	});
}

async function tablesIn(folder: string): Promise<string[] | null> {
	const names = await readdir(folder).catch(() => null);
	return names === null ? null : names.filter((name) => Object.hasOwn(endings, endingOf(name))).sort();
}

async function missingFile(path: string, error: NodeJS.ErrnoException): Promise<DataError> {
	if (error.code !== "ENOENT" && error.code !== "ENOTDIR") return unreadable(path, error.code);
	const folder = dirname(path);
	const names = await tablesIn(folder);
	if (names === null) {
		return dataError({
			file: path,
			fault: "there is no such file",
			expected: "a file",
			received: `a path in ${quoted(folder)}, which is no folder`,
			attempt: `check the path; it starts from ${process.cwd()} unless it begins with /`,
		});
	}
	const near = nearestNames(basename(path), names);
	return dataError({
		file: path,
		fault: "there is no such file",
		expected: "a file",
		received: `a name that is not in ${quoted(folder)}`,
		attempt: near.length > 0 ? near.map((name) => join(folder, name)).join(" or ") : `one of the tables there: ${listed(names)}`,
	});
}

function listed(names: readonly string[]): string {
	if (names.length === 0) return "(none)";
	return names.length <= 8 ? names.join(", ") : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;
}

async function folderGiven(path: string): Promise<DataError> {
	const names = (await tablesIn(path)) ?? [];
	return dataError({
		file: path,
		fault: "this is a folder",
		expected: "one file",
		received: `a folder with ${names.length === 1 ? "one table" : `${names.length} tables`}`,
		attempt: names.length > 0 ? listed(names.map((name) => join(path, name))) : "the path of a file",
	});
}

function unreadable(path: string, code = "unknown"): DataError {
	const isDenied = code === "EACCES" || code === "EPERM";
	return dataError({
		file: path,
		fault: "the file cannot be read",
		expected: "a file that may be read",
		received: isDenied ? "no permission" : `the system's error ${code}`,
		attempt: isDenied ? `chmod +r ${path}` : "copy the file to a local disk",
	});
}
