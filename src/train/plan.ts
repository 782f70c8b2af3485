/** What a training's options come to: sizes, counts and the score that judges, checked. */
import { ArgumentError } from "../core/errors.ts";
import type { TrainerOptions } from "./options.ts";

/** Sizes and counts of a training. */
export interface TrainingPlan {
	/** Examples of a step, at most as many as there are. */
	readonly batchSize: number;
	readonly epochCount: number;
	readonly stepsPerEpoch: number;
	readonly totalSteps: number;
	/** The score that judges, and which way is better. */
	readonly monitor: { readonly name: string; readonly goal: "min" | "max" };
	/** Metrics that are means over examples: followed while training. */
	readonly followed: NonNullable<TrainerOptions["metrics"]>;
}

/** @throws ArgumentError for an empty training set, a batch size below 1, a number of epochs below 0, or an unknown score to monitor */
export function planOf(options: TrainerOptions): TrainingPlan {
	const { train, epochs = 10, batchSize: wanted = 32, dropLast = false, metrics = [], monitor = "loss" } = options;
	if (train.size === 0) throw new ArgumentError("Trainer: the training data is empty.");
	if (!(Number.isInteger(epochs) && epochs >= 0))
		throw new ArgumentError(`Trainer: expected epochs to be an integer ≥ 0, received ${epochs}.`);
	if (!(wanted === Number.POSITIVE_INFINITY || (Number.isInteger(wanted) && wanted >= 1))) {
		throw new ArgumentError(`Trainer: expected batchSize to be an integer ≥ 1 or Infinity, received ${wanted}.`);
	}
	const watched = metrics.find(({ name }) => name === monitor);
	if (monitor !== "loss" && watched === undefined) {
		throw new ArgumentError(
			`Trainer: there is no score "${monitor}" to monitor. Known: ${["loss", ...metrics.map(({ name }) => name)].join(", ")}.`,
		);
	}
	const batchSize = Math.min(wanted, train.size);
	const exact = train.size / batchSize;
	const stepsPerEpoch = dropLast ? Math.floor(exact) : Math.ceil(exact);
	return {
		batchSize,
		epochCount: epochs,
		stepsPerEpoch,
		totalSteps: stepsPerEpoch * epochs,
		monitor: { name: monitor, goal: watched?.goal ?? "min" },
		followed: metrics.filter(({ sumOver }) => sumOver !== null),
	};
}
