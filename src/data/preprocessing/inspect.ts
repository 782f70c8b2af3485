/** What a table holds that training had not: cells that are missing, and names that are unknown. Predictions take both silently. */
import type { NominalColumn, NumericColumn, Table } from "../table.ts";
import { codesIn, toNominal, UNSEEN } from "./align.ts";
import { inputColumns } from "./apply.ts";
import { missingRows } from "./impute.ts";
import { type Preprocessor, placeSteps } from "./preprocessor.ts";
import { counted, listed, quoted } from "./refuse.ts";

/** A column in which something is missing or unknown. */
export interface ColumnNote {
	readonly column: string;
	/** Rows without a value. */
	readonly missingCount: number;
	/** Rows with a name that training had not, or had too rarely to learn from it. */
	readonly unseenCount: number;
	/** The first such names. */
	readonly unseen: readonly string[];
}

/** What there is to know of some rows before their predictions are believed. */
export interface InputNotes {
	/** Rows that were looked at. */
	readonly rowCount: number;
	/** Columns of which there is something to say. */
	readonly columns: readonly ColumnNote[];
}

/** Names that are kept of a column. */
const KEPT = 5;

/** Nothing to say of no rows: what notes of batches are added to. */
export const noNotes: InputNotes = { rowCount: 0, columns: [] };

/**
 * Looks for missing cells and unknown names in the columns that a model reads.
 *
 * @throws DataError if a column is absent or a cell cannot be converted, as `applyPreprocessor` does
 */
export function inspectTable(preprocessor: Preprocessor, table: Table): InputNotes {
	const steps = placeSteps(preprocessor.inputs);
	const notes = inputColumns(preprocessor, table).map(({ input, column }) => {
		const known = steps.filter((step) => step.input === input).flatMap(({ transform, state }) => transform.categories?.(state) ?? []);
		return noteOn(column, known);
	});
	return { rowCount: table.rowCount, columns: notes.filter(({ missingCount, unseenCount }) => missingCount + unseenCount > 0) };
}

function noteOn(column: NumericColumn | NominalColumn, known: readonly string[]): ColumnNote {
	const missingCount = [...missingRows(column)].length;
	if (known.length === 0) return { column: column.name, missingCount, unseenCount: 0, unseen: [] };
	const places = codesIn(known, column);
	const rows = Array.from(places.keys()).filter((row) => places[row] === UNSEEN);
	const { categories, codes } = toNominal(column);
	const unseen = [...new Set(rows.map((row) => categories[codes[row]]))].slice(0, KEPT);
	return { column: column.name, missingCount, unseenCount: rows.length, unseen };
}

/** Notes on two batches of rows, as if they had been one. */
export function joinNotes(first: InputNotes, second: InputNotes): InputNotes {
	const byColumn = new Map(first.columns.map((note) => [note.column, note]));
	for (const note of second.columns) {
		const before = byColumn.get(note.column);
		byColumn.set(note.column, before === undefined ? note : joined(before, note));
	}
	return { rowCount: first.rowCount + second.rowCount, columns: [...byColumn.values()] };
}

function joined(a: ColumnNote, b: ColumnNote): ColumnNote {
	return {
		column: a.column,
		missingCount: a.missingCount + b.missingCount,
		unseenCount: a.unseenCount + b.unseenCount,
		unseen: [...new Set([...a.unseen, ...b.unseen])].slice(0, KEPT),
	};
}

/** The notes for people, a line each: `Column "sex": 3 of 40 rows have a value that training had not ("x", "y").` */
export function describeNotes({ rowCount, columns }: InputNotes): string[] {
	return columns.flatMap(({ column, missingCount, unseenCount, unseen }) => {
		const of = (count: number) => `Column ${quoted(column)}: ${count} of ${counted(rowCount, "row")}`;
		const has = (count: number) => (count === 1 ? "has" : "have");
		const lines: string[] = [];
		if (unseenCount > 0) lines.push(`${of(unseenCount)} ${has(unseenCount)} a value that training had not (${listed(unseen)}).`);
		if (missingCount > 0) lines.push(`${of(missingCount)} ${has(missingCount)} no value.`);
		return lines;
	});
}
