/** Log-loss. */
import { defineMetric, type Predictions } from "./metric.ts";

/** Smallest probability that is counted, so that one certain error is not infinite; that of float32. */
const LEAST_PROBABILITY = 1.1920929e-7;

function sumOfLogs({ outputs, targets, rowCount, outputCount }: Predictions): number {
	let sum = 0;
	for (let row = 0; row < rowCount; row++) {
		const own = outputCount === 1 ? Math.abs(1 - targets[row] - outputs[row]) : outputs[row * outputCount + targets[row]];
		sum -= Math.log(Math.max(own, LEAST_PROBABILITY));
	}
	return sum;
}

/** Mean of −log(probability given to the true class), in nats. */
export const logLoss = defineMetric<object>({
	name: "logLoss",
	formula: "mean of −log p(true class)",
	source: "Good 1952",
	torch: null,
	aliases: ["crossEntropy"],
	task: "classes",
	goal: "min",
	options: {},
	sumOver: sumOfLogs,
	compute: (given) => sumOfLogs(given) / given.rowCount,
});
