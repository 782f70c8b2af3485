/** What is chosen where a config says nothing: a model and a training that suit the data. */
import type { RunConfig } from "../config/run-config.ts";
import { sizeOf } from "../core/shape.ts";
import type { Named } from "../core/technique.ts";
import type { LayerConfig } from "../nn/build.ts";
import type { ModelConfig } from "../nn/models/index.ts";
import type { PreparedData } from "./data/opened.ts";

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

/** Whether training ends when validation scores no longer improve, so that examples have to be kept for judging that. */
export function stopsEarly({ training }: RunConfig): boolean {
	return typeof training.patience === "number";
}

/** Fills in what the config leaves open. */
export function planTraining(config: RunConfig, data: PreparedData): TrainingPlan {
	const { training } = config;
	const exampleCount = data.train.size;
	const isClasses = data.target.kind === "classes";
	const batchSize = training.batchSize === "all" ? exampleCount : (training.batchSize ?? suitableBatchSize(exampleCount));
	return {
		model: config.model ?? defaultModel(data),
		loss: config.loss ?? (isClasses ? "crossEntropy" : "meanSquaredError"),
		optimizer: config.optimizer ?? { adamW: { lr: 1e-3, weightDecay: 0.01 } },
		schedule: config.schedule === undefined ? "oneCycle" : config.schedule,
		epochs: training.epochs ?? suitableEpochs(exampleCount, batchSize, data.input.kind),
		batchSize,
		patience: training.patience === undefined ? null : training.patience,
		metrics: config.metrics ?? (isClasses ? ["accuracy"] : ["rootMeanSquaredError", "meanAbsoluteError", "rSquared"]),
		monitor: training.monitor ?? "loss",
	};
}

/** Images of at least this side are convolved. */
const LEAST_CONVOLVED_SIDE = 8;

function defaultModel({ input, train }: PreparedData): ModelConfig {
	if (input.kind === "images" && Math.min(input.shape[1], input.shape[2]) >= LEAST_CONVOLVED_SIDE) {
		return Math.min(input.shape[1], input.shape[2]) < 16 ? { cnn: { channels: [32, 64], dense: 64 } } : "cnn";
	}
	return train.size < 2000 ? { mlp: { hidden: [64, 64], dropout: 0.1 } } : { mlp: { hidden: [128, 128], dropout: 0.1 } };
}

/** Some fifty steps an epoch, in powers of two from 16 to 128. */
function suitableBatchSize(exampleCount: number): number {
	const wanted = 2 ** Math.round(Math.log2(Math.max(1, exampleCount / 50)));
	return Math.min(128, Math.max(16, wanted));
}

/** So that small data sees a few thousand steps and large data at least some epochs. */
function suitableEpochs(exampleCount: number, batchSize: number, kind: string): number {
	const steps = kind === "images" ? 1500 : 3000;
	const perEpoch = Math.ceil(exampleCount / batchSize);
	return Math.min(100, Math.max(kind === "images" ? 8 : 5, Math.ceil(steps / perEpoch)));
}

/** The layers of a table's model begin with embeddings where some columns are codes. */
export function inputLayers({ input, train }: PreparedData): LayerConfig[] {
	if (input.kind !== "table" || input.preprocessor.embeddings.length === 0) return [];
	const sizes = input.preprocessor.embeddings.map(({ count, dim }) => [count, dim]);
	if (sizeOf(train.inputShape) < sizes.length) return [];
	return [{ embedColumns: { sizes } }];
}
