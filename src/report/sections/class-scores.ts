/** Numbers of a confusion matrix: precision, recall and F1 by class, and the commonest mistakes. */
import type { ClassOutcome } from "../run-report-data.ts";

/** One class. */
export interface ClassScores {
	readonly name: string;
	/** Right decisions of all for this class; NaN if there were none. */
	readonly precision: number;
	/** Right decisions of all of this class; NaN if there are none. */
	readonly recall: number;
	readonly f1: number;
	/** Examples of this class. */
	readonly count: number;
}

/** Scores of each class. */
export function classScores({ classes, confusion }: ClassOutcome): ClassScores[] {
	return classes.map((name, k) => {
		const right = confusion[k][k];
		const count = sum(confusion[k]);
		const claimed = confusion.reduce((total, row) => total + row[k], 0);
		return { name, precision: right / claimed, recall: right / count, f1: (2 * right) / (claimed + count), count };
	});
}

/** A mistake and how often it was made. */
export interface Confusion {
	readonly actual: string;
	readonly predicted: string;
	readonly count: number;
	/** Of all examples of the true class. */
	readonly share: number;
}

/** The commonest mistakes, most frequent first. */
export function commonConfusions({ classes, confusion }: ClassOutcome, most: number): Confusion[] {
	const all = classes.flatMap((actual, i) => {
		const total = sum(confusion[i]);
		return classes.map((predicted, j) => {
			const count = i === j ? 0 : confusion[i][j];
			return { actual, predicted, count, share: count / total };
		});
	});
	return all
		.filter(({ count }) => count > 0)
		.sort((a, b) => b.count - a.count)
		.slice(0, most);
}

/** Places of the classes that were most often missed or wrongly claimed, in the order of the classes; all if they are no more than `most`. */
export function confusedClasses({ classes, confusion }: ClassOutcome, most: number): number[] {
	const errors = classes.map((_, k) => sum(confusion[k]) + confusion.reduce((total, row) => total + row[k], 0) - 2 * confusion[k][k]);
	return classes
		.map((_, k) => k)
		.sort((a, b) => errors[b] - errors[a])
		.slice(0, most)
		.sort((a, b) => a - b);
}

function sum(values: ArrayLike<number>): number {
	return Array.from(values).reduce((total, value) => total + value, 0);
}
