/** One column as the only predictor, cross-validated. */
import type { Column } from "../../table.ts";
import { groupRows } from "./group-rows.ts";

/** What is predicted; every row has it. */
export type LeakTarget =
	| { readonly kind: "classes"; readonly y: Float64Array; readonly classCount: number }
	| { readonly kind: "values"; readonly y: Float64Array };

/** Of held-out rows. */
export interface Score {
	readonly score: number;
	readonly baseline: number;
}

/** Rows that a model was not fitted to, and what it says of them. */
interface Fold {
	readonly column: Column;
	readonly y: Float64Array;
	/** Whether a row is held out. */
	readonly isHeldOut: (row: number) => boolean;
}

const FOLDS = 5;

/** Scatters rows over the folds, so that no order or period of theirs goes along with one: the last step of MurmurHash3 (Appleby 2011). */
function foldOf(row: number): number {
	let hash = Math.imul(row ^ (row >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) % FOLDS;
}

/** Accuracy or R² over all folds; the baseline is the most frequent class, or R² of the mean, which is 0. */
export function scoreColumn(column: Column, target: LeakTarget): Score {
	const folds = Array.from({ length: FOLDS }, (_, k): Fold => ({ column, y: target.y, isHeldOut: (row) => foldOf(row) === k }));
	return target.kind === "classes" ? accuracy(folds, target) : rSquared(folds, target.y);
}

function accuracy(folds: readonly Fold[], { y, classCount }: { readonly y: Float64Array; readonly classCount: number }): Score {
	let right = 0;
	for (const fold of folds) {
		const guess = classGuesser(fold, classCount);
		for (let row = 0; row < y.length; row++) if (fold.isHeldOut(row) && guess(row) === y[row]) right++;
	}
	const counts = new Array<number>(classCount).fill(0);
	for (const code of y) counts[code]++;
	return y.length === 0 ? { score: 0, baseline: 0 } : { score: right / y.length, baseline: Math.max(...counts) / y.length };
}

/** The most frequent class of the row's group, of all rows where the group is new. */
function classGuesser({ column, y, isHeldOut }: Fold, classCount: number): (row: number) => number {
	const groups = groupRows(column, isHeldOut);
	const counts = new Map<number, Float64Array>();
	const all = new Float64Array(classCount);
	for (let row = 0; row < y.length; row++) {
		if (isHeldOut(row)) continue;
		let own = counts.get(groups[row]);
		if (own === undefined) counts.set(groups[row], (own = new Float64Array(classCount)));
		own[y[row]]++;
		all[y[row]]++;
	}
	const best = new Map([...counts].map(([group, own]) => [group, own.indexOf(Math.max(...own))]));
	const usual = all.indexOf(Math.max(...all));
	return (row) => best.get(groups[row]) ?? usual;
}

function rSquared(folds: readonly Fold[], y: Float64Array): Score {
	const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
	let [left, total] = [0, 0];
	for (const fold of folds) {
		const predict = valuePredictor(fold);
		for (let row = 0; row < y.length; row++) {
			if (!fold.isHeldOut(row)) continue;
			left += (y[row] - predict(row)) ** 2;
			total += (y[row] - mean) ** 2;
		}
	}
	return { score: total === 0 ? 0 : 1 - left / total, baseline: 0 };
}

/** Running sums of a group: of x and y from the group's first row, for the line through them. */
interface Line {
	count: number;
	readonly x0: number;
	sumX: number;
	sumY: number;
	sumXX: number;
	sumXY: number;
	min: number;
	max: number;
}

/** A line through each group's rows, kept within their values; a level one for categories. The mean of all rows where the group is new. */
function valuePredictor({ column, y, isHeldOut }: Fold): (row: number) => number {
	const groups = groupRows(column, isHeldOut);
	const x = column.kind === "numeric" ? column.values : null;
	const xOf = (row: number) => (x !== null && Number.isFinite(x[row]) ? x[row] : 0);
	const lines = new Map<number, Line>();
	let [sum, count] = [0, 0];
	for (let row = 0; row < y.length; row++) {
		if (isHeldOut(row)) continue;
		const line = lines.get(groups[row]) ?? newLine(xOf(row));
		lines.set(groups[row], line);
		addPoint(line, xOf(row), y[row]);
		[sum, count] = [sum + y[row], count + 1];
	}
	return (row) => {
		const line = lines.get(groups[row]);
		return line === undefined ? sum / count : valueAt(line, xOf(row));
	};
}

function newLine(x0: number): Line {
	return { count: 0, x0, sumX: 0, sumY: 0, sumXX: 0, sumXY: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

function addPoint(line: Line, x: number, y: number): void {
	const dx = x - line.x0;
	line.count++;
	line.sumX += dx;
	line.sumY += y;
	line.sumXX += dx * dx;
	line.sumXY += dx * y;
	line.min = Math.min(line.min, y);
	line.max = Math.max(line.max, y);
}

function valueAt({ count, x0, sumX, sumY, sumXX, sumXY, min, max }: Line, x: number): number {
	const spread = sumXX - (sumX * sumX) / count;
	// Rounding leaves a little spread where all x are the same.
	const slope = spread > 1e-12 * sumXX ? (sumXY - (sumX * sumY) / count) / spread : 0;
	return Math.min(max, Math.max(min, sumY / count + slope * (x - x0 - sumX / count)));
}
