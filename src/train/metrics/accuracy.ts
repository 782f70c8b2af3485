/** Accuracy. */
import { decisions } from "./checks.ts";
import { defineMetric, type Predictions } from "./metric.ts";

function rightCount(given: Predictions): number {
	let right = 0;
	decisions(given).forEach((decided, row) => {
		if (decided === given.targets[row]) right++;
	});
	return right;
}

/** Share of examples whose class has the highest score. */
export const accuracy = defineMetric<object>({
	name: "accuracy",
	formula: "right / all",
	source: "—",
	torch: null,
	task: "classes",
	goal: "max",
	unit: "share",
	options: {},
	sumOver: rightCount,
	compute: (given) => rightCount(given) / given.rowCount,
});
