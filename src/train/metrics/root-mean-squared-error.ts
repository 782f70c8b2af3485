/** Root mean squared error. */
import { defineMetric } from "./metric.ts";

/** √ mean of (prediction − target)², in the units of the target. */
export const rootMeanSquaredError = defineMetric<object>({
	name: "rootMeanSquaredError",
	aliases: ["rmse"],
	formula: "√ mean of (y − t)²",
	source: "—",
	torch: null,
	task: "values",
	goal: "min",
	unit: "target",
	options: {},
	compute({ outputs, targets }) {
		let sum = 0;
		for (let i = 0; i < outputs.length; i++) sum += (outputs[i] - targets[i]) ** 2;
		return Math.sqrt(sum / outputs.length);
	},
});
