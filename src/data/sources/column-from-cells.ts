/** Written cells in memory as a column: inference, overrides, and what to say of a cell that does not fit. */
import type { DataError } from "../errors.ts";
import type { Column } from "../table.ts";
import { missingTexts, parseDate, parseNumber, parseTruth, trimSpaces, truthCategories } from "./cells.ts";
import { inferType, nominalLimit, type ReadAs, sortCategories } from "./infer.ts";
import { dataError, quoted } from "./refuse.ts";
import type { CellOptions, CellType } from "./source.ts";

/** Cells as they are written, null where there is none. */
export interface WrittenColumn {
	readonly name: string;
	readonly cells: readonly (string | null)[];
	/** Line of each row, for messages; null where rows have no lines and are counted from 1. */
	readonly lines: readonly number[] | null;
}

/**
 * The column that the cells make: of the kind asked for in `types`, otherwise of the one they all fit.
 *
 * @throws DataError with the line of the first cell that does not fit the kind asked for
 */
export function columnFromCells(written: WrittenColumn, options: CellOptions & { readonly file?: string } = {}): Column {
	const missing = missingTexts(options.missing);
	const cells = written.cells.map((cell) => (cell === null || missing.has(trimSpaces(cell)) ? null : cell));
	const type = options.types?.[written.name] ?? typeOfCells(cells);
	return buildColumn({ ...written, cells }, type, options.file);
}

function typeOfCells(cells: readonly (string | null)[]): ReadAs {
	const values = cells.filter((cell) => cell !== null);
	const distinct = new Set(values);
	return inferType({
		rowCount: cells.length,
		cellCount: values.length,
		numberCount: countWhere(values, parseNumber),
		dateCount: countWhere(values, parseDate),
		texts: distinct.size <= nominalLimit(cells.length) ? [...distinct] : null,
	});
}

/** Counts the first cells that parse; stops at one that does not, as from there on the column is of another kind. */
function countWhere(cells: readonly string[], parse: (cell: string) => number): number {
	const misfit = cells.findIndex((cell) => Number.isNaN(parse(cell)));
	return misfit < 0 ? cells.length : misfit;
}

function buildColumn({ name, cells, lines }: WrittenColumn, type: ReadAs, file: string | undefined): Column {
	const numbers = (parse: (cell: string) => number, as: CellType) =>
		Float64Array.from(cells, (cell, i) => {
			if (cell === null) return Number.NaN;
			const x = parse(cell);
			if (Number.isNaN(x)) throw misfit({ file, ...placeOf(lines, i), column: name, cell, type: as });
			return x;
		});
	switch (type) {
		case "numeric":
			return { kind: "numeric", name, values: numbers(parseNumber, type) };
		case "date":
			return { kind: "numeric", name, values: numbers(parseDate, type), temporal: true };
		case "text":
			return { kind: "text", name, values: cells };
		case "truth":
			return { kind: "nominal", name, categories: truthCategories, codes: Int32Array.from(cells, (cell) => parseTruth(cell ?? "")) };
		case "nominal": {
			const categories = sortCategories(new Set(cells.filter((cell) => cell !== null)));
			const places = new Map(categories.map((category, code) => [category, code]));
			return { kind: "nominal", name, categories, codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : places.get(cell)!)) };
		}
		default:
			throw type satisfies never;
	}
}

const placeOf = (lines: readonly number[] | null, i: number): Pick<Misfit, "row" | "unit"> =>
	lines === null ? { row: i + 1, unit: "row" } : { row: lines[i] };

/** A cell that is not of the kind asked for in `types`. */
export interface Misfit {
	readonly file: string | undefined;
	readonly row: number;
	readonly unit?: "line" | "row";
	readonly column: string;
	readonly cell: string;
	readonly type: CellType;
}

/** The error of a cell that does not fit. */
export function misfit({ cell, type, ...place }: Misfit): DataError {
	const isDate = type === "date";
	return dataError({
		...place,
		fault: `a cell does not fit the type "${type}"`,
		expected: isDate ? "dates such as 2024-05-31 or 2024-05-31T14:30:00Z" : "numbers such as 12, -1.5 or 2e3",
		received: quoted(cell),
		attempt: `correct the cell; or, if it means "no value", missing: [${quoted(cell)}]; or types: { ${JSON.stringify(place.column)}: "nominal" }`,
	});
}
