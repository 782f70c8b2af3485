/** Area under the ROC curve. */
import { classCountOf } from "./checks.ts";
import { defineMetric, type Predictions } from "./metric.ts";

/**
 * Probability that a random example of a class scores higher for it than a random other example, ties counting half (Hanley & McNeil 1982).
 * For two classes that of class 1; for more the mean over the classes that occur, each against the rest.
 */
export const rocAuc = defineMetric<object>({
	name: "rocAuc",
	formula: "P(score of a positive > score of a negative) + ½ P(equal)",
	source: "Hanley & McNeil 1982",
	torch: null,
	aliases: ["auc"],
	task: "classes",
	goal: "max",
	title: "ROC AUC",
	options: {},
	compute(given) {
		const count = classCountOf(given);
		if (count === 2) return areaOf(given, 1);
		const areas = Array.from({ length: count }, (_, k) => areaOf(given, k)).filter((area) => !Number.isNaN(area));
		return areas.length === 0 ? Number.NaN : areas.reduce((sum, area) => sum + area, 0) / areas.length;
	},
});

/** By ranks: equal scores share their mean rank. NaN where all or none are positive. */
function areaOf({ outputs, targets, rowCount, outputCount }: Predictions, positive: number): number {
	const column = outputCount === 1 ? 0 : positive;
	const score = (row: number): number => outputs[row * outputCount + column];
	const order = Array.from({ length: rowCount }, (_, i) => i).sort((a, b) => score(a) - score(b));
	let [rankSum, positives] = [0, 0];
	for (let i = 0; i < rowCount; ) {
		let end = i + 1;
		while (end < rowCount && score(order[end]) === score(order[i])) end++;
		const rank = (i + end + 1) / 2;
		for (let j = i; j < end; j++) {
			if (targets[order[j]] !== positive) continue;
			rankSum += rank;
			positives++;
		}
		i = end;
	}
	const negatives = rowCount - positives;
	return positives === 0 || negatives === 0 ? Number.NaN : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
