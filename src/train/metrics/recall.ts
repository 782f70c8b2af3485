/** Recall. */
import { type AverageOptions, averaged, averageOption, ratio } from "./checks.ts";
import { defineMetric } from "./metric.ts";

/** Share of the examples of a class that are found. */
export const recall = defineMetric<AverageOptions>({
	name: "recall",
	formula: "TP / (TP + FN)",
	source: "van Rijsbergen 1979",
	torch: null,
	task: "classes",
	goal: "max",
	unit: "share",
	options: { average: averageOption },
	compute: (given, { average }) =>
		averaged(given, average, ({ truePositives, falseNegatives }) => ratio(truePositives, truePositives + falseNegatives)),
});
