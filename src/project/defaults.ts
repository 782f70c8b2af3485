/** What is chosen where a config says nothing: a model and a training that suit the data. */
import type { RunConfig } from "../config/run-config.ts";
import type { Named } from "../core/technique.ts";
import type { ModelConfig } from "../nn/models/index.ts";
import { metricRegistry } from "../train/metrics/index.ts";
import type { PreparedData } from "./data/opened.ts";
import { recipeFor, suitableBatchSize } from "./recipes.ts";

/** Everything that a training needs, chosen. */
export interface TrainingPlan {
	readonly model: ModelConfig;
	readonly loss: Named;
	readonly optimizer: Named;
	readonly schedule: Named | null;
	readonly epochs: number;
	readonly batchSize: number;
	readonly patience: number | null;
	readonly metrics: readonly string[];
	readonly monitor: string;
}

const MEASURES_OF_VALUES = ["rootMeanSquaredError", "meanAbsoluteError", "rSquared"];

/** What changes the weights where a config names nothing. */
export const defaultOptimizer: Named = { adamW: { lr: 2e-3, weightDecay: 0.1 } };

/** Whether training ends when validation scores no longer improve, so that examples have to be kept for judging that. */
export function stopsEarly({ training }: RunConfig): boolean {
	return typeof training.patience === "number";
}

/** Fills in what the config leaves open. */
export function planTraining(config: RunConfig, data: PreparedData): TrainingPlan {
	const { training } = config;
	const exampleCount = data.train.size;
	const isClasses = data.target.kind === "classes";
	const { model, steps, leastEpochs } = recipeFor(config.model, data);
	const batchSize = training.batchSize === "all" ? exampleCount : (training.batchSize ?? suitableBatchSize(data));
	const suitableEpochs = Math.max(leastEpochs, Math.ceil(steps / Math.ceil(exampleCount / batchSize)));
	return {
		model,
		loss: config.loss ?? (isClasses ? "crossEntropy" : "meanSquaredError"),
		optimizer: config.optimizer ?? defaultOptimizer,
		schedule: config.schedule === undefined ? "oneCycle" : config.schedule,
		epochs: training.epochs ?? suitableEpochs,
		batchSize,
		patience: training.patience === undefined ? null : training.patience,
		metrics: [...new Set((config.metrics ?? (isClasses ? ["accuracy"] : MEASURES_OF_VALUES)).map(scoreName))],
		monitor: scoreName(training.monitor ?? "loss"),
	};
}

/** The name that a score has in records, whatever alias a config uses. */
function scoreName(name: string): string {
	return metricRegistry.has(name) ? metricRegistry.get(name).name : name;
}
