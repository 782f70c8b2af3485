/** From a config and prepared data to a trainer: every name becomes the thing it names. */
import { ConfigError } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { RandomStream } from "../core/random/index.ts";
import { augmentBatch, toAugmentations } from "../data/augmentation/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { buildNetwork, type LayerConfig } from "../nn/build.ts";
import { lossRegistry, toLoss } from "../nn/losses/index.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import { type ModelConfig, modelLayers } from "../nn/models/index.ts";
import type { Sequential } from "../nn/sequential.ts";
import { summary } from "../nn/summary.ts";
import { exponentialAverage } from "../optim/averages/exponential-average.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { optimizerByName } from "../optim/registry.ts";
import { toSchedule } from "../optim/schedules/index.ts";
import { withExecutor } from "../tensor/context.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { earlyStopping } from "../train/callbacks/early-stopping.ts";
import type { OutputFunction } from "../train/evaluate.ts";
import { metricRegistry } from "../train/metrics/index.ts";
import type { Metric, Predictions } from "../train/metrics/metric.ts";
import type { Augmentation, TrainerOptions } from "../train/options.ts";
import { Trainer } from "../train/trainer.ts";
import type { PreparedData } from "./data/opened.ts";
import { inputLayers, planTraining, type TrainingPlan } from "./defaults.ts";

/** A model and what trains it. */
export interface Assembly {
	readonly plan: TrainingPlan;
	/** The model written out, as it is saved. */
	readonly layers: readonly LayerConfig[];
	readonly model: Sequential;
	readonly optimizer: Optimizer;
	readonly loss: LossFunction;
	readonly metrics: readonly Metric<object>[];
	readonly outputs: OutputFunction;
	/** From what the network was taught to the units of the target. */
	readonly decode: (given: Predictions) => Predictions;
	readonly trainer: Trainer;
}

/** What a run adds to the trainer's options. */
export type RunOptions = Pick<TrainerOptions, "callbacks" | "checkpoints" | "signal">;

/** Numbers that the network must give for a target. */
export function outputCountOf({ target }: PreparedData): number {
	return target.kind === "classes" ? target.classes.length : target.names.length;
}

/** Builds model, optimizer, schedule and trainer. */
export function assemble(config: RunConfig, data: PreparedData, executor: Executor, run: RunOptions = {}): Assembly {
	return withExecutor(executor, () => {
		const plan = planTraining(config, data);
		const task = { inputShape: data.train.inputShape, outputCount: outputCountOf(data) };
		const rng = new RandomStream(config.seed);
		const layers = [...inputLayers(data), ...modelLayers(plan.model as ModelConfig, task)];
		const model = buildNetwork(layers, { inputShape: task.inputShape, rng: rng.split("model"), weightInit: config.weightInit ?? null });
		expectOutputs(model, data);
		const optimizer = optimizerByName(plan.optimizer, model.parameters());
		const loss = toLoss(plan.loss);
		const metrics = plan.metrics.map((name) => metricRegistry.get(name));
		const [outputs, decode] = [outputsFor(plan, data), decoderFor(data)];
		const { training } = config;
		const stepsPerEpoch = Math.ceil(data.train.size / Math.min(plan.batchSize, data.train.size));
		const schedule =
			plan.schedule === null ? null : toSchedule(plan.schedule, { totalSteps: Math.max(1, stepsPerEpoch * plan.epochs), stepsPerEpoch });
		const stopping = plan.patience === null || data.validation === null ? [] : [earlyStopping({ patience: plan.patience })];
		const augmentation = augmentationOf(config, data);
		const trainer = new Trainer({
			model,
			loss,
			optimizer,
			rng: rng.split("training"),
			train: data.train,
			validation: data.validation,
			epochs: plan.epochs,
			batchSize: plan.batchSize,
			dropLast: training.dropLast,
			shuffle: training.shuffle,
			schedule,
			scheduleEvery: training.scheduleEvery,
			metrics,
			outputs,
			decode,
			monitor: plan.monitor,
			checkpointSeconds: training.checkpointSeconds,
			checkpointSteps: training.checkpointSteps,
			...(training.logEvery === undefined ? {} : { logEvery: training.logEvery }),
			...(training.layersEvery === undefined ? {} : { layersEvery: training.layersEvery }),
			...(training.ema === null ? {} : { average: exponentialAverage(optimizer, { decay: training.ema }) }),
			...(augmentation === null ? {} : { augmentation }),
			...run,
			callbacks: [...stopping, ...(run.callbacks ?? [])],
			config: { ...config },
		});
		return { plan, layers, model, optimizer, loss, metrics, outputs, decode, trainer };
	});
}

/** @throws ConfigError if the network does not give a number for each class or target */
function expectOutputs(model: Sequential, data: PreparedData): void {
	const { outputShape } = summary(model, data.train.inputShape).rows[0];
	const wanted = outputCountOf(data);
	if (outputShape?.length === 1 && outputShape[0] === wanted) return;
	const what = data.target.kind === "classes" ? `${wanted} classes` : `${wanted} ${wanted === 1 ? "number" : "numbers"}`;
	const text = `the last layer gives [${outputShape?.join(", ") ?? "nothing"}] for each example; expected ${what}.\nTry: { linear: ${wanted} } at the end of the list.`;
	throw new ConfigError("The config", [{ place: "model", text }]);
}

/** The config's augmentations; each image draws from a stream of its own, so that batches and interruptions change nothing. */
function augmentationOf(config: RunConfig, { train }: PreparedData): Augmentation | null {
	if (config.augmentation.length === 0) return null;
	const augmentations = toAugmentations(config.augmentation);
	const rng = new RandomStream(config.seed).split("augmentation");
	const { inputShape, target } = train;
	return (batch, { indices, epoch }) => augmentBatch(batch, augmentations, { inputShape, target, indices, epoch, rng });
}

/** Probabilities where the loss takes logits of classes. */
function outputsFor(plan: TrainingPlan, data: PreparedData): OutputFunction {
	const { technique } = lossRegistry.find(plan.loss);
	if (data.target.kind === "classes" && technique.takesLogits) return (x: Tensor) => x.softmax(1);
	return (x: Tensor) => x;
}

/** Standardised values back to the table's units; classes stay. */
export function decoderFor({ input }: Pick<PreparedData, "input">): (given: Predictions) => Predictions {
	if (input.kind !== "table" || input.preprocessor.target.kind !== "values") return (given) => given;
	const { columns } = input.preprocessor.target;
	const scaled = (values: ArrayLike<number>): Float32Array =>
		Float32Array.from(values, (value, i) => value * columns[i % columns.length].deviation + columns[i % columns.length].mean);
	return (given) => ({ ...given, outputs: scaled(given.outputs), targets: scaled(given.targets) });
}
