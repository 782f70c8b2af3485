/** How well a network does beside the best answer that never looks at its input. */
import type { ClassOutcome, ValueTarget } from "./run-report-data.ts";

/** Decisions of a network beside those for the commonest class. */
export interface ClassBaseline {
	readonly count: number;
	readonly right: number;
	/** The commonest class. */
	readonly answer: string;
	/** Examples of it. */
	readonly answerRight: number;
	/** Σ −p log p of the classes' shares: the log-loss, in nats, of always stating those shares. */
	readonly entropy: number;
}

/** Counts of a confusion matrix. */
export function classBaseline({ classes, confusion }: ClassOutcome): ClassBaseline {
	const sizes = confusion.map((row) => Array.from(row).reduce((sum, count) => sum + count, 0));
	const count = sizes.reduce((sum, size) => sum + size, 0);
	const answerRight = Math.max(0, ...sizes);
	const entropy = sizes.reduce((sum, size) => sum - (size > 0 ? (size / count) * Math.log(size / count) : 0), 0);
	const right = confusion.reduce((sum, row, k) => sum + row[k], 0);
	return { count, right, answer: classes[sizes.indexOf(answerRight)] ?? "", answerRight, entropy };
}

/** Errors of predictions beside those of always answering the mean, in the units of the target. */
export interface ValueBaseline {
	readonly count: number;
	/** Mean of |predicted − true|. */
	readonly error: number;
	/** √ mean of (predicted − true)². */
	readonly rms: number;
	/** Of the true values. */
	readonly mean: number;
	/** The same two for the mean as the answer. */
	readonly meanError: number;
	readonly meanRms: number;
}

/** Errors of one target. */
export function valueBaseline({ predicted, actual }: Pick<ValueTarget, "predicted" | "actual">): ValueBaseline {
	const values = Array.from(actual);
	const average = (of: (value: number, i: number) => number): number =>
		values.reduce((sum, value, i) => sum + of(value, i), 0) / values.length;
	const mean = average((value) => value);
	return {
		count: values.length,
		error: average((value, i) => Math.abs(predicted[i] - value)),
		rms: Math.sqrt(average((value, i) => (predicted[i] - value) ** 2)),
		mean,
		meanError: average((value) => Math.abs(value - mean)),
		meanRms: Math.sqrt(average((value) => (value - mean) ** 2)),
	};
}
