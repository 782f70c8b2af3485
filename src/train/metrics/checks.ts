/** What metrics share: classes decided from scores, and counts of right and wrong. */
import type { Predictions } from "./metric.ts";

/** The class with the highest score of each row; a single score a row is a probability, 1 from one half on. */
export function decisions({ outputs, rowCount, outputCount }: Predictions): Int32Array {
	const decided = new Int32Array(rowCount);
	for (let row = 0; row < rowCount; row++) {
		if (outputCount === 1) {
			decided[row] = outputs[row] >= 0.5 ? 1 : 0;
			continue;
		}
		let best = 0;
		for (let i = 1; i < outputCount; i++) if (outputs[row * outputCount + i] > outputs[row * outputCount + best]) best = i;
		decided[row] = best;
	}
	return decided;
}

/** Number of classes that scores tell apart. */
export function classCountOf({ outputCount }: Predictions): number {
	return outputCount === 1 ? 2 : outputCount;
}

/** Rows: true classes; columns: decisions; `[classes · classes]`. */
export function confusionMatrix(given: Predictions): Int32Array {
	const count = classCountOf(given);
	const matrix = new Int32Array(count * count);
	decisions(given).forEach((decided, row) => {
		matrix[given.targets[row] * count + decided]++;
	});
	return matrix;
}

/** Right, wrongly claimed and missed examples of one class. */
export interface ClassCounts {
	readonly truePositives: number;
	readonly falsePositives: number;
	readonly falseNegatives: number;
}

/** Counts by class. */
export function countsByClass(given: Predictions): ClassCounts[] {
	const count = classCountOf(given);
	const matrix = confusionMatrix(given);
	return Array.from({ length: count }, (_, k) => {
		let [claimed, present] = [0, 0];
		for (let i = 0; i < count; i++) {
			claimed += matrix[i * count + k];
			present += matrix[k * count + i];
		}
		const truePositives = matrix[k * count + k];
		return { truePositives, falsePositives: claimed - truePositives, falseNegatives: present - truePositives };
	});
}

/** How the values of several classes become one. */
export type ClassAverage = "macro" | "binary";

/** The mean over all classes, or the value of class 1 alone where there are two. */
export function averaged(given: Predictions, average: ClassAverage | null, value: (counts: ClassCounts) => number): number {
	const counts = countsByClass(given);
	const binary = average === "binary" || (average === null && counts.length === 2);
	if (binary) return value(counts[1]);
	return counts.reduce((sum, one) => sum + value(one), 0) / counts.length;
}

/** Spec of the option `average`. */
export const averageOption = {
	kind: "choice",
	about: "macro: mean over classes; binary: class 1 alone; default binary for two classes",
	choices: ["macro", "binary"],
	default: null,
} as const;

/** Options of precision, recall and F1. */
export interface AverageOptions {
	/** Default: "binary" for two classes, "macro" for more. */
	readonly average?: ClassAverage | null;
}

/** part / whole, 0 where there is nothing: a class that is never claimed has precision 0. */
export function ratio(part: number, whole: number): number {
	return whole === 0 ? 0 : part / whole;
}
