/** What a training's options come to: sizes, counts and the score that judges, checked. */
import { ArgumentError } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
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
	/** Which steps get records. */
	readonly records: RecordPlan;
}

/** Steps between records; 0 for none. */
interface RecordPlan {
	readonly stepEvery: number;
	readonly layersEvery: number;
	/** Milliseconds after which a step gets a record in any case. */
	readonly latestMs: number;
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
		const known = ["loss", ...metrics.map(({ name }) => name)];
		throw new ArgumentError(`Trainer: there is no score "${monitor}" to monitor. ${suggestion(monitor, known)}`);
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
		records: recordPlan(options, stepsPerEpoch, stepsPerEpoch * epochs),
	};
}

/** A record costs about a twentieth of a step of a small network: every tenth step keeps records below 1 % of the time, layers likewise. */
function recordPlan({ logEvery, layersEvery }: TrainerOptions, stepsPerEpoch: number, totalSteps: number): RecordPlan {
	const sparsest = Math.max(10, Math.ceil(totalSteps / 2000));
	return {
		stepEvery: logEvery ?? Math.min(sparsest, Math.max(1, Math.ceil(totalSteps / 200))),
		layersEvery: layersEvery ?? Math.max(100, Math.ceil(stepsPerEpoch / 2)),
		latestMs: logEvery === undefined ? 1000 : Number.POSITIVE_INFINITY,
	};
}
