/** Coefficient of determination. */
import { defineMetric } from "./metric.ts";

/** 1 − (sum of squared errors) / (sum of squares around the mean), averaged over several targets; NaN for a constant target. */
export const rSquared = defineMetric<object>({
	name: "rSquared",
	aliases: ["r2"],
	formula: "1 − Σ (y − t)² / Σ (t − mean t)²",
	source: "Wright 1921",
	torch: null,
	task: "values",
	goal: "max",
	title: "R²",
	options: {},
	compute({ outputs, targets, rowCount, outputCount }) {
		let total = 0;
		for (let k = 0; k < outputCount; k++) {
			let mean = 0;
			for (let row = 0; row < rowCount; row++) mean += targets[row * outputCount + k] / rowCount;
			let [errors, spread] = [0, 0];
			for (let at = k; at < outputs.length; at += outputCount) {
				errors += (outputs[at] - targets[at]) ** 2;
				spread += (targets[at] - mean) ** 2;
			}
			total += spread === 0 ? Number.NaN : 1 - errors / spread;
		}
		return total / outputCount;
	},
});
