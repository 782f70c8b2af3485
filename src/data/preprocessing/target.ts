/** What is to be predicted: finding out which kind it is, writing it as numbers, and reading predictions back. */
import type { Column } from "../table.ts";
import { codesIn, MISSING, toNominal, toNumeric, UNSEEN } from "./align.ts";
import { missingRows } from "./impute.ts";
import { deviationOf } from "./moments.ts";
import type { Preprocessor, TargetColumn, TargetEncoding } from "./preprocessor.ts";
import { counted, listed, quoted, refuse, refuseTarget } from "./refuse.ts";
import { type ColumnSummary, categoryCounts, type NumericSummary } from "./summary.ts";

/** What a network is to predict: one of several classes, or numbers. */
export type Task = "classes" | "values";

/** Whole numbers with at most this many different values are taken as classes. */
const MOST_CLASSES = 20;

/** Different numbers that are counted of a column, unless an encoder or imputer needs all. */
export const MOST_COUNTED = 4096;

/** Rows that such a class must have on average; numbers of a tiny table are no classes merely for being few. */
const ROWS_PER_CLASS = 4;

/** Names are classes; so are whole numbers with 2 to 20 different values, if each has four rows on average or there are just two. */
export function inferTask(summary: ColumnSummary): Task {
	if (summary.kind !== "numeric") return "classes";
	if (summary.temporal || !summary.isWhole || summary.counts === null) return "values";
	const most = Math.max(2, Math.min(MOST_CLASSES, summary.rowCount / ROWS_PER_CLASS));
	return summary.counts.size <= most ? "classes" : "values";
}

/** The target's encoding and what the user should know about it. */
export interface FittedTarget {
	readonly encoding: TargetEncoding;
	readonly remarks: readonly string[];
}

/**
 * Fits how the target is written as numbers.
 *
 * @throws DataError if the column is text, has only one class or value, or does not fit the task
 */
export function fitTarget(summaries: readonly ColumnSummary[], task: Task | null): FittedTarget {
	if (summaries.length === 1 && (task ?? inferTask(summaries[0])) === "classes") return fitClasses(summaries[0], task);
	if (task === "classes") {
		refuse("target", { expected: "one column of classes", received: `${summaries.length} columns`, advice: "a model for each of them." });
	}
	return { encoding: { kind: "values", columns: summaries.map(fitValues) }, remarks: [] };
}

function fitClasses(summary: ColumnSummary, task: Task | null): FittedTarget {
	const { name: column } = summary;
	if (summary.kind === "text") {
		return refuseTarget(column, {
			expected: "classes or numbers",
			received: "free text, different in most rows",
			advice: "another target column, or group the texts into classes first.",
		});
	}
	if (summary.kind === "numeric" && summary.counts === null) {
		return refuseTarget(column, { expected: "classes", received: "thousands of different numbers", advice: 'task: "values".' });
	}
	const entries = categoryCounts(summary);
	if (entries.length < 2) {
		return refuseTarget(column, {
			expected: "at least two classes",
			received: `only ${listed(entries.map(([name]) => name))} in ${counted(summary.rowCount, "row")}`,
			advice: "check the column and the filter or split that made this table; training needs rows of each class.",
		});
	}
	const remarks: string[] = [];
	if (summary.kind === "numeric" && task === null) {
		remarks.push(
			`Target ${quoted(column)} has ${entries.length} different whole numbers, taken as classes; task: "values" predicts the number.`,
		);
	}
	const rare = entries.filter(([, count]) => count < 2).map(([name]) => name);
	if (rare.length > 0) remarks.push(`Target ${quoted(column)} has classes with only one training row: ${listed(rare)}.`);
	const [classes, counts] = [entries.map(([name]) => name), entries.map(([, count]) => count)];
	return { encoding: { kind: "classes", column, classes, counts }, remarks };
}

function fitValues(summary: ColumnSummary): TargetColumn {
	if (summary.kind !== "numeric") {
		const received = summary.kind === "text" ? "free text" : `names: ${listed(categoryCounts(summary).map(([name]) => name))}`;
		return refuseTarget(summary.name, { expected: "numbers to predict", received, advice: 'task: "classes", with one target column.' });
	}
	const deviation = deviationOf(summary.moments);
	if (deviation > 0 && Number.isFinite(deviation)) return { name: summary.name, mean: summary.mean, deviation };
	return refuseSpread(summary);
}

function refuseSpread({ name, min, max }: NumericSummary): never {
	return refuseTarget(name, {
		expected: "numbers that vary and whose squares are finite",
		received: min === max ? `${min} in all rows` : `${min} … ${max}`,
		advice: "check the column and the filter or split that made this table.",
	});
}

/** Rows of the target columns in which no cell is missing; null if that is all rows. */
export function rowsWithTarget(columns: readonly Column[], rowCount: number): Int32Array | null {
	const missing = new Uint8Array(rowCount);
	for (const column of columns) for (const row of missingRows(column.kind === "text" ? toNominal(column) : column)) missing[row] = 1;
	if (!missing.includes(1)) return null;
	const rows = new Int32Array(rowCount);
	let count = 0;
	for (let row = 0; row < rowCount; row++) if (missing[row] === 0) rows[count++] = row;
	return rows.slice(0, count);
}

/** Names of the target columns. */
export function targetColumns(target: TargetEncoding): string[] {
	return target.kind === "classes" ? [target.column] : target.columns.map(({ name }) => name);
}

/**
 * Targets as numbers: class indices `[rowCount]`, or standardised values `[rowCount, columns]`.
 *
 * @param columns - those of `targetColumns`, in that order, without missing cells
 * @throws DataError if a class is not among those of training
 */
export function encodeTarget(target: TargetEncoding, columns: readonly Column[]): Int32Array | Float32Array {
	if (target.kind === "classes") return encodeClasses(target, columns[0]);
	const numbers = columns.map((column) => toNumeric(column, "target").values);
	const width = target.columns.length;
	const y = new Float32Array(numbers[0].length * width);
	for (const [i, { mean, deviation }] of target.columns.entries()) {
		for (let row = 0; row < numbers[i].length; row++) y[row * width + i] = (numbers[i][row] - mean) / deviation;
	}
	return y;
}

function encodeClasses({ column, classes }: TargetEncoding & { kind: "classes" }, given: Column): Int32Array {
	const codes = codesIn(classes, given.kind === "text" ? toNominal(given) : given);
	const bad = codes.findIndex((code) => code === UNSEEN || code === MISSING);
	if (bad < 0) return codes;
	const names = toNominal(given);
	const unseen = new Set(names.codes.filter((_, row) => codes[row] === UNSEEN));
	return refuseTarget(column, {
		expected: `the classes of training: ${listed(classes)}`,
		received: `${listed([...unseen].map((code) => names.categories[code]))}, first in row ${bad} of this table`,
		advice: "split with by: { stratify: codes }, which gives each part rows of each class, or leave these rows out.",
	});
}

/**
 * Predictions in the target's own terms.
 *
 * @param y - class indices, or standardised values `[rowCount, columns]`
 * @returns class names, or numbers in the units of the table
 * @throws DataError if a class index has no class
 */
export function decodeTarget({ target }: Preprocessor, y: ArrayLike<number>): string[] | Float64Array {
	if (target.kind === "classes") {
		return Array.from(y, (code, row) => {
			const { classes, column } = target;
			if (Number.isInteger(code) && code >= 0 && code < classes.length) return classes[code];
			return refuseTarget(column, {
				expected: `class indices from 0 to ${classes.length - 1}`,
				received: `${code} at place ${row}`,
				advice: "the index of the largest output of each row.",
			});
		});
	}
	const width = target.columns.length;
	return Float64Array.from(y, (value, i) => value * target.columns[i % width].deviation + target.columns[i % width].mean);
}
