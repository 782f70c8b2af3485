/** JSON text as records, one a line or in one array, and values as written cells. */
import { dataError, quoted, type Refusal } from "./refuse.ts";

/** Names with values. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Records, and the lines they stand on; null for those of an array. */
export interface JsonRecords {
	readonly records: readonly JsonRecord[];
	readonly lines: readonly number[] | null;
}

/**
 * The records of JSON lines or of an array of objects.
 *
 * @throws DataError with the line, if one is no JSON or no object
 */
export function jsonRecords(text: string, file?: string): JsonRecords {
	const start = text.replace(/^\ufeff/, "");
	if (start.trimStart().startsWith("[")) {
		const list = parseJson(start, { file }) as unknown[];
		return { records: list.map((value, i) => checkRecord(value, { file, row: i + 1, unit: "row" })), lines: null };
	}
	const written = start.split(/\r\n|\n|\r/).flatMap((one, i) => (one.trim() === "" ? [] : [{ one, line: i + 1 }]));
	return { records: written.map(({ one, line }) => jsonLine(one, line, file)), lines: written.map(({ line }) => line) };
}

/** One line's record. @throws DataError with the line, if it is no JSON or no object */
export function jsonLine(text: string, line: number, file?: string): JsonRecord {
	return checkRecord(parseJson(text, { file, row: line }), { file, row: line });
}

function parseJson(text: string, place: { readonly file?: string; readonly row?: number }): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const line = /line (\d+) column/.exec((error as Error).message)?.[1];
		throw dataError({
			...place,
			row: place.row ?? (line === undefined ? undefined : Number(line)),
			fault: "this is not JSON",
			expected: 'a record such as {"age": 22, "sex": "male"}',
			received: quoted(text.trim()),
			attempt: "write one record a line, or all in one array; names and texts take double quotes",
		});
	}
}

function checkRecord(value: unknown, place: Pick<Refusal, "file" | "row" | "unit">): JsonRecord {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonRecord;
	throw dataError({
		...place,
		fault: "this is not a record",
		expected: "an object, the columns' names with their values",
		received: quoted(JSON.stringify(value) ?? String(value)),
		attempt: 'write each row as {"name": value, …}',
	});
}

/** A value as it would be written in a cell; null for one that is missing. Dates in ISO 8601, lists and objects as JSON. */
export function cellText(value: unknown): string | null {
	if (value === null || value === undefined || Number.isNaN(value)) return null;
	if (typeof value === "string") return value;
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
	if (typeof value === "object") return JSON.stringify(value);
	return String(value);
}
