/** Where a training stands: all that is needed to go on with the same bits. Plain data with typed arrays; io/ writes it to files. */
import type { ModelState } from "../nn/state.ts";
import type { OptimizerState } from "../optim/optimizer.ts";
import type { EpochEvent, Scores } from "../runs/events.ts";

/** Sums over the batches of an epoch that is under way. */
export interface EpochSums {
	loss: number;
	exampleCount: number;
	metrics: Record<string, number>;
}

/** The best weights so far. */
export interface BestSoFar {
	readonly epoch: number;
	/** Of the monitored score. */
	readonly value: number;
	readonly scores: Scores;
	readonly model: ModelState;
}

/** A training between two steps. */
export interface TrainingState {
	readonly step: number;
	/** Number of the epoch under way, from 0. */
	readonly epoch: number;
	/** Batches of it that are done. */
	readonly batch: number;
	readonly sums: EpochSums;
	readonly epochs: readonly EpochEvent[];
	readonly baseLr: number;
	readonly model: ModelState;
	readonly optimizer: OptimizerState;
	/** Of the weight average, if there is one. */
	readonly average: unknown;
	readonly best: BestSoFar | null;
	readonly callbacks: Readonly<Record<string, unknown>>;
}

/** Keeps training states. */
export interface CheckpointStore {
	/** Writes a state so that it is either whole or absent. Resolves to its name, such as a file's. */
	save(state: TrainingState, reason: string): Promise<string>;
}
