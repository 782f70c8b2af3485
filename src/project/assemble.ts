/** From a config and prepared data to a trainer: every name becomes the thing it names. */
import { ConfigError } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { OutOfMemoryError, reword } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import { inputLayers } from "../data/preprocessing/input-layers.ts";
import type { Executor } from "../kernels/contracts.ts";
import { buildNetwork, type LayerConfig } from "../nn/build.ts";
import { toLoss } from "../nn/losses/index.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import { type ModelConfig, modelLayers } from "../nn/models/index.ts";
import type { Sequential } from "../nn/sequential.ts";
import { summary } from "../nn/summary.ts";
import { exponentialAverage } from "../optim/averages/exponential-average.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { optimizerByName } from "../optim/registry.ts";
import { toSchedule } from "../optim/schedules/index.ts";
import { withExecutor } from "../tensor/context.ts";
import { earlyStopping } from "../train/callbacks/early-stopping.ts";
import { type Conversions, conversionsFor } from "../train/conversions.ts";
import { metricRegistry } from "../train/metrics/index.ts";
import type { Metric } from "../train/metrics/metric.ts";
import type { TrainerOptions } from "../train/options.ts";
import { Trainer } from "../train/trainer.ts";
import type { PreparedData } from "./data/opened.ts";
import { planTraining, type TrainingPlan } from "./defaults.ts";

/** A model and what trains it. */
export interface Assembly extends Required<Conversions> {
	readonly plan: TrainingPlan;
	/** The model written out, as it is saved. */
	readonly layers: readonly LayerConfig[];
	readonly model: Sequential;
	readonly optimizer: Optimizer;
	readonly loss: LossFunction;
	readonly metrics: readonly Metric<object>[];
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
		const { input } = data;
		const first = input.kind === "table" ? inputLayers(input.preprocessor) : [];
		const layers = [...first, ...modelLayers(plan.model as ModelConfig, task)];
		const model = buildNetwork(layers, { inputShape: task.inputShape, rng: rng.split("model"), weightInit: config.weightInit ?? null });
		fitting(model, () => expectOutputs(model, data));
		const optimizer = fitting(model, () => optimizerByName(plan.optimizer, model.parameters()));
		const loss = toLoss(plan.loss);
		const metrics = plan.metrics.map((name) => metricRegistry.get(name));
		// Of the data as a whole: a data set on disk does not know its table.
		const { outputs, decode } = conversionsFor({}, data, loss);
		const { training } = config;
		const stepsPerEpoch = Math.ceil(data.train.size / Math.min(plan.batchSize, data.train.size));
		const schedule =
			plan.schedule === null ? null : toSchedule(plan.schedule, { totalSteps: Math.max(1, stepsPerEpoch * plan.epochs), stepsPerEpoch });
		const stopping = plan.patience === null || data.validation === null ? [] : [earlyStopping({ patience: plan.patience })];
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
			augmentation: config.augmentation,
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

/** Does what comes before training. Where memory does not suffice for that, the size of the network says why: no batch is to blame. */
function fitting<R>(model: Sequential, run: () => R): R {
	try {
		return run();
	} catch (error) {
		if (error instanceof OutOfMemoryError) {
			const count = Object.values(model.parameters()).reduce((sum, { size }) => sum + size, 0);
			const room = Math.floor(error.limitBytes / 2 ** 20).toLocaleString("en");
			const text = `The network is too large to be trained: it has ${count.toLocaleString("en")} parameters, for each of which training keeps several numbers, and there is memory for ${room} MiB.`;
			reword(error, `${text}\n  Try: a smaller model, of fewer units or layers.`);
		}
		throw error;
	}
}
