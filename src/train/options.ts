/** What a trainer is given. */

import type { RandomStream } from "../core/random/index.ts";
import type { AugmentationLike } from "../data/augmentation/index.ts";
import type { Batch, Dataset } from "../data/dataset.ts";
import type { Shuffle } from "../data/loader.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Schedule } from "../optim/schedules/schedule.ts";
import type { WeightAverage } from "./averaging.ts";
import type { Callback } from "./callback.ts";
import type { Conversions } from "./conversions.ts";
import type { Metric } from "./metrics/metric.ts";
import type { CheckpointStore } from "./state.ts";

/** Changes a training batch; draws only from `rng`, which depends on epoch and batch alone. */
export type Augmentation = (
	batch: Batch,
	given: { indices: ArrayLike<number>; epoch: number; rng: RandomStream },
) => Batch | Promise<Batch>;

/** Options of `Trainer`. */
export interface TrainerOptions extends Conversions {
	readonly model: Module;
	readonly loss: LossFunction;
	/** Over the model's parameters. */
	readonly optimizer: Optimizer;
	/** Where the order of the examples and augmentation come from. */
	readonly rng: RandomStream;
	readonly train: Dataset;
	/** Judges after each epoch. Default none: the best weights are then the last ones. */
	readonly validation?: Dataset | null;
	/** Default 10. */
	readonly epochs?: number;
	/** Examples of a step; `Infinity` for all of them. Default 32. */
	readonly batchSize?: number;
	/** Leaves out a last batch of fewer examples. Default false. */
	readonly dropLast?: boolean;
	/** Default true. */
	readonly shuffle?: Shuffle;
	/** Learning rate by step. Default: the optimizer's, unchanged. */
	readonly schedule?: Schedule | null;
	/** What `schedule` counts. Default "step". */
	readonly scheduleEvery?: "step" | "epoch";
	readonly metrics?: readonly Metric<object>[];
	/** Name of the score that judges, "loss" or a metric's. Default "loss". */
	readonly monitor?: string;
	/** Puts the best weights back at the end. Default true. */
	readonly restoreBest?: boolean;
	readonly callbacks?: readonly Callback[];
	/** Augmentations of images, such as `["flip", { crop: 4 }]`, or a function that changes a batch. Default none. */
	readonly augmentation?: readonly AugmentationLike[] | Augmentation | null;
	readonly average?: WeightAverage | null;
	/**
	 * Steps between step records; 0 for none. Default: every step of the shortest runs, every 10th from 2,000 steps on, 2,000 records at most;
	 * where steps are slow, one a second.
	 */
	readonly logEvery?: number;
	/** Steps between records of layers; 0 for none. Default: twice an epoch, at least 100 steps apart. */
	readonly layersEvery?: number;
	readonly checkpoints?: CheckpointStore | null;
	/** Seconds between checkpoints within an epoch; there is one after each epoch too. Default 30. */
	readonly checkpointSeconds?: number;
	/** Steps between checkpoints, besides those. Default none. */
	readonly checkpointSteps?: number | null;
	/** Stops after the step under way, saves, and ends with reason "interrupted". */
	readonly signal?: AbortSignal;
	/** Everything needed to repeat the run; goes into the start event as it is. */
	readonly config?: Readonly<Record<string, unknown>>;
}
