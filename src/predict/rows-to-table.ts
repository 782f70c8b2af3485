/** Rows as objects, turned into a table of the columns that a model reads. */
import { nearestNames } from "../core/nearest.ts";
import { show, showKind } from "../core/options.ts";
import { DataError } from "../data/errors.ts";
import type { InputColumn, Preprocessor } from "../data/preprocessing/preprocessor.ts";
import { parseDate, parseNumber } from "../data/sources/cells.ts";
import type { Column, Table } from "../data/table.ts";

/** One example by column names. A cell that is null, undefined, NaN or an empty text is missing. */
export type InputRow = Readonly<Record<string, unknown>>;

/**
 * The table of those rows. Fields that the model does not read are passed over; one that it reads must be in some row, though it may be empty.
 *
 * @param where - the method that was called; it begins the message of an error
 * @throws DataError that names fields which no row has, or row and column where a cell cannot be what the column is
 */
export function rowsToTable({ inputs }: Preprocessor, rows: readonly InputRow[], where = "predict"): Table {
	for (const [i, row] of rows.entries()) {
		if (typeof row !== "object" || row === null || Array.isArray(row)) {
			throw new DataError(`${where}: row ${i}: expected an object such as ${rowExample(inputs[0].name)}, received ${showKind(row)}.`, {
				row: i,
			});
		}
	}
	if (rows.length > 0) checkFields(inputs, rows, where);
	return { rowCount: rows.length, columns: inputs.map((input) => columnOf(input, rows, where)) };
}

/** `{ age: … }`; names that code must quote stand in quotes. */
export function rowExample(column: string): string {
	return `{ ${/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(column) ? column : JSON.stringify(column)}: … }`;
}

function checkFields(inputs: readonly InputColumn[], rows: readonly InputRow[], where: string): void {
	const wanted = inputs.map(({ name }) => name);
	const given = new Set(rows.flatMap((row) => Object.keys(row)));
	const absent = wanted.filter((name) => !given.has(name));
	if (absent.length === 0) return;
	const spare = [...given].filter((name) => !wanted.includes(name));
	const renamed = absent.flatMap((name) =>
		nearestNames(name, spare)
			.slice(0, 1)
			.map((near) => `${show(name)} instead of ${show(near)}`),
	);
	const advice = [...renamed, "null for a value that is not known"].join("; ");
	throw new DataError(
		`${where}: expected rows with ${absent.map(show).join(", ")}, which the model reads, received rows with ${listed([...given])}.\n  Try: ${advice}.`,
		{ column: absent[0] },
	);
}

function listed(names: readonly string[]): string {
	const shown = names.slice(0, 12).map(show).join(", ");
	return names.length === 0 ? "no fields" : names.length > 12 ? `${shown} … (${names.length} in all)` : shown;
}

function columnOf(input: InputColumn, rows: readonly InputRow[], where: string): Column {
	const { name, kind } = input;
	const cells = rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined));
	if (kind === "numeric")
		return { kind: "numeric", name, values: Float64Array.from(cells, (cell, row) => numberIn(cell, { input, row, where })) };
	const codeOf = new Map<string, number>();
	const codes = Int32Array.from(cells, (cell, row) => {
		const text = textIn(cell, { input, row, where });
		if (text === null) return -1;
		if (!codeOf.has(text)) codeOf.set(text, codeOf.size);
		return codeOf.get(text) as number;
	});
	return { kind: "nominal", name, categories: [...codeOf.keys()], codes };
}

interface Place {
	readonly input: InputColumn;
	readonly row: number;
	readonly where: string;
}

function isMissing(cell: unknown): boolean {
	return cell === null || cell === undefined || (typeof cell === "string" && cell.trim() === "") || Number.isNaN(cell);
}

function numberIn(cell: unknown, place: Place): number {
	if (isMissing(cell)) return Number.NaN;
	if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") return Number(cell);
	if (cell instanceof Date) return cell.getTime() / 1000;
	if (typeof cell === "string") {
		const value = place.input.temporal ? parseDate(cell.trim()) : parseNumber(cell);
		if (!Number.isNaN(value)) return value;
	}
	return refuse(cell, place.input.temporal ? "a date such as 2024-05-17, or seconds since 1970" : "a number", place);
}

function textIn(cell: unknown, place: Place): string | null {
	if (isMissing(cell)) return null;
	if (typeof cell === "string") return cell;
	if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") return String(cell);
	return refuse(cell, "a text", place);
}

function refuse(cell: unknown, expected: string, { input, row, where }: Place): never {
	throw new DataError(`${where}: row ${row}, column "${input.name}": expected ${expected}, received ${showKind(cell)}.`, {
		row,
		column: input.name,
	});
}
