/** Mean absolute error. */
import { defineMetric, type Predictions } from "./metric.ts";

function sumOfErrors({ outputs, targets, outputCount }: Predictions): number {
	let sum = 0;
	for (let i = 0; i < outputs.length; i++) sum += Math.abs(outputs[i] - targets[i]);
	return sum / outputCount;
}

/** Mean of |prediction − target|, in the units of the target. */
export const meanAbsoluteError = defineMetric<object>({
	name: "meanAbsoluteError",
	aliases: ["mae"],
	formula: "mean of |y − t|",
	source: "—",
	torch: null,
	task: "values",
	goal: "min",
	unit: "target",
	options: {},
	sumOver: sumOfErrors,
	compute: (given) => sumOfErrors(given) / given.rowCount,
});
