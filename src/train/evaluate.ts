/** Running a model over a data set without training it: predictions and scores. */
import { ArgumentError } from "../core/errors.ts";
import { show } from "../core/options.ts";
import type { Batch, Dataset } from "../data/dataset.ts";
import { Loader } from "../data/loader.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import type { Module } from "../nn/module.ts";
import type { Scores } from "../runs/events.ts";
import { tensor } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Conversions, conversionsFor, type OutputFunction } from "./conversions.ts";
import type { Metric, Predictions } from "./metrics/metric.ts";

export type { OutputFunction };

/** How to evaluate. */
export interface EvaluateOptions extends Conversions {
	/** Mean over the examples; null leaves it out of the scores. */
	readonly loss?: LossFunction | null;
	readonly metrics?: readonly Metric<object>[];
	/** Default 256. */
	readonly batchSize?: number;
}

/** Scores, and what they were computed from. */
export interface Evaluation {
	readonly scores: Scores;
	readonly predictions: Predictions;
}

/** The executor that holds a model. */
export function executorOf(model: Module): Executor | undefined {
	return Object.values(model.parameters())[0]?.executor;
}

/** Input and target of a batch as tensors on an executor. Soft targets of classes are `[rows, classes]`. */
export function toTensors(batch: Batch, dataset: Dataset, executor: Executor | undefined): { x: Tensor; y: Tensor } {
	const options = executor === undefined ? {} : { executor };
	const x = tensor(batch.x, { shape: [batch.rowCount, ...dataset.inputShape], ...options });
	const width = batch.y.length / Math.max(1, batch.rowCount);
	const shape = batch.y instanceof Int32Array ? [batch.rowCount] : [batch.rowCount, width];
	return { x, y: tensor(batch.y, { shape, ...options }) };
}

/**
 * Predictions and scores of a model on a data set, in inference mode; the mode is restored.
 *
 * @example
 * const { scores } = await evaluate(model, test, { loss: losses.crossEntropy, metrics: [metrics.accuracy, metrics.logLoss] });
 */
export async function evaluate(model: Module, dataset: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
	const { loss = null, metrics = [], batchSize = 256 } = options;
	if (typeof dataset?.read !== "function") {
		throw new ArgumentError(
			`evaluate: expected a data set after the model, received ${show(dataset)}.\n  Try: evaluate(model, test, { metrics: [metrics.accuracy] }).`,
		);
	}
	const { outputs, decode } = conversionsFor(options, dataset, loss);
	const executor = executorOf(model);
	const wasTraining = model.training;
	const gathered = new Gathered(dataset.size);
	let lossSum = 0;
	model.eval();
	try {
		for await (const batch of new Loader({ dataset, batchSize })) {
			const { values, lossValue } = scope(() =>
				noGrad(() => {
					const { x, y } = toTensors(batch, dataset, executor);
					const returned = model.forward(x);
					const lossTensor = loss?.(returned, y);
					return { values: outputs(returned).dataSync() as Float32Array, lossValue: lossTensor?.item() ?? 0 };
				}),
			);
			gathered.add(values, batch);
			lossSum += lossValue * batch.rowCount;
		}
	} finally {
		model.train(wasTraining);
	}
	const predictions = decode(gathered.predictions());
	const scores: Record<string, number> = loss === null ? {} : { loss: lossSum / dataset.size };
	for (const metric of metrics) scores[metric.name] = metric(predictions);
	return { scores, predictions };
}

/** Outputs and targets of all examples, written where they belong as they come: of a large data set they are the most there is in memory. */
class Gathered {
	readonly #rowCount: number;
	#outputs = new Float32Array(0);
	#targets: Int32Array | Float32Array = new Float32Array(0);
	#done = 0;

	constructor(rowCount: number) {
		this.#rowCount = rowCount;
	}

	add(outputs: Float32Array, { y, rowCount }: Batch): void {
		const [outputCount, width] = [outputs.length / rowCount, y.length / rowCount];
		if (this.#done === 0) {
			this.#outputs = new Float32Array(this.#rowCount * outputCount);
			this.#targets = y instanceof Int32Array ? new Int32Array(this.#rowCount * width) : new Float32Array(this.#rowCount * width);
		}
		this.#outputs.set(outputs, this.#done * outputCount);
		this.#targets.set(y, this.#done * width);
		this.#done += rowCount;
	}

	predictions(): Predictions {
		return { outputs: this.#outputs, targets: this.#targets, rowCount: this.#rowCount, outputCount: this.#outputs.length / this.#rowCount };
	}
}
