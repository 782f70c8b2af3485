/** Top-k accuracy. */
import { integerOption } from "../../core/options.ts";
import { defineMetric } from "./metric.ts";

/** Options of `topK`. */
export interface TopKAccuracyOptions {
	/** Default 5. */
	readonly k?: number;
}

/** Share of examples whose class is among the k highest scores; of equal scores, the earlier class counts as higher. */
export const topK = defineMetric<TopKAccuracyOptions>({
	name: "topK",
	formula: "examples with fewer than k higher scores than their own class / all",
	source: "—",
	torch: null,
	aliases: ["topKAccuracy"],
	task: "classes",
	goal: "max",
	unit: "share",
	title: "Top-k accuracy",
	shorthand: "k",
	options: { k: integerOption("how many classes may be named", 5, { min: 1 }) },
	compute({ outputs, targets, rowCount, outputCount }, { k }) {
		let right = 0;
		for (let row = 0; row < rowCount; row++) {
			const start = row * outputCount;
			const own = outputs[start + targets[row]];
			let higher = 0;
			for (let i = 0; i < outputCount; i++) if (outputs[start + i] > own || (outputs[start + i] === own && i < targets[row])) higher++;
			if (higher < k) right++;
		}
		return right / rowCount;
	},
});
