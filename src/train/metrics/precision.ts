/** Precision. */
import { type AverageOptions, averaged, averageOption, ratio } from "./checks.ts";
import { defineMetric } from "./metric.ts";

/** Share of the examples claimed for a class that belong to it. */
export const precision = defineMetric<AverageOptions>({
	name: "precision",
	formula: "TP / (TP + FP)",
	source: "van Rijsbergen 1979",
	torch: null,
	task: "classes",
	goal: "max",
	unit: "share",
	options: { average: averageOption },
	compute: (given, { average }) =>
		averaged(given, average, ({ truePositives, falsePositives }) => ratio(truePositives, truePositives + falsePositives)),
});
