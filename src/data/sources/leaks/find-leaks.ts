/** Columns that tell the target by themselves: a sign that they were filled in after the fact, or say the same in other words. */

import { classCodes } from "../../preprocessing/class-codes.ts";
import type { Task } from "../../preprocessing/target.ts";
import { selectRows } from "../../select-rows.ts";
import type { Column, Table } from "../../table.ts";
import { chooseColumns } from "../choose-columns.ts";
import { isIdentifier } from "./identifier.ts";
import { type LeakTarget, scoreColumn } from "./score.ts";

/** How well one column alone predicts the target. */
export interface Leak {
	readonly column: string;
	/** Of held-out rows: the share of right classes, or R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)² of numbers. */
	readonly score: number;
	readonly kind: "accuracy" | "r2";
	/** The score of the best guess without any column: the share of the most frequent class, 0 for numbers. */
	readonly baseline: number;
	/** Whether the column all but determines the target. */
	readonly flagged: boolean;
}

/** How leaks are looked for. */
export interface FindLeaksOptions {
	/** What the target is. Default as `fitPreprocessor` has it: names and few whole numbers are classes, other numbers values. */
	readonly task?: Task;
}

/** A column is flagged above this score … */
const FLAG_SCORE = 0.98;
/** … if of what the baseline leaves open it closes this share: 98 % right means nothing where 97 % of rows are of one class. */
const FLAG_SHARE = 0.9;
/** With fewer rows a perfect score is too often chance. */
const MIN_ROWS = 20;

/**
 * Scores each column by 5-fold cross-validation as the only predictor of the target: the most frequent class, or a line through the values,
 * in each category or in each of up to 256 ranges of equal counts. Texts, missing cells and identifiers predict only what repeats.
 *
 * @returns all columns but the target, the best first; none if the target is missing in all rows or is text
 * @throws DataError with the nearest names if there is no such target
 */
export function findLeaks(table: Table, targetName: string, options: FindLeaksOptions = {}): Leak[] {
	const names = table.columns.map(({ name }) => name);
	const [place] = chooseColumns([targetName], names);
	const target = targetOf(table, place, options.task ?? null);
	if (target === null) return [];
	const rows = rowsWhere(table.rowCount, (row) => (target.kind === "classes" ? target.y[row] >= 0 : Number.isFinite(target.y[row])));
	const known = selectRows(table, rows);
	const y = { ...target, y: rows.map((row) => target.y[row]) } as LeakTarget;
	return known.columns
		.filter((_, i) => i !== place)
		.map((column) => leakOf(column, y))
		.sort((a, b) => b.score - a.score);
}

function targetOf(table: Table, place: number, task: Task | null): LeakTarget | null {
	const column = table.columns[place];
	const codes = classCodes(table, column.name, task);
	if (codes !== null) return { kind: "classes", y: Float64Array.from(codes.stratify), classCount: codes.classes.length };
	return column.kind === "numeric" ? { kind: "values", y: column.values } : null;
}

function rowsWhere(rowCount: number, isWanted: (row: number) => boolean): Float64Array {
	const rows: number[] = [];
	for (let row = 0; row < rowCount; row++) if (isWanted(row)) rows.push(row);
	return Float64Array.from(rows);
}

function leakOf(column: Column, target: LeakTarget): Leak {
	const { score, baseline } = scoreColumn(column, target);
	const closesGap = score - baseline >= FLAG_SHARE * (1 - baseline);
	const flagged = target.y.length >= MIN_ROWS && score > FLAG_SCORE && closesGap && !isIdentifier(column);
	return { column: column.name, score, kind: target.kind === "classes" ? "accuracy" : "r2", baseline, flagged };
}
