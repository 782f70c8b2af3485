/** F1. */
import { type AverageOptions, averaged, averageOption, ratio } from "./checks.ts";
import { defineMetric } from "./metric.ts";

/** Harmonic mean of precision and recall. */
export const f1 = defineMetric<AverageOptions>({
	name: "f1",
	formula: "2 TP / (2 TP + FP + FN)",
	source: "van Rijsbergen 1979",
	torch: null,
	aliases: ["f1Score"],
	task: "classes",
	goal: "max",
	unit: "share",
	options: { average: averageOption },
	compute: (given, { average }) =>
		averaged(given, average, ({ truePositives, falsePositives, falseNegatives }) =>
			ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
		),
});
