/** What rules of diagnosis measure on curves. */
import type { EpochEvent } from "../../runs/events.ts";
import type { RunRecord } from "../../runs/read-run.ts";

/** Epochs from which trends can be read. */
export const LEAST_EPOCHS = 4;

/** The validation loss of an epoch; NaN without one. */
export function validationLoss({ validation }: EpochEvent): number {
	return validation?.loss ?? Number.NaN;
}

/** Where training began: the median of the first steps, at most ten and a twentieth of all; else the first epoch's mean. */
export function firstLoss({ steps, epochs }: Pick<RunRecord, "steps" | "epochs">): number {
	if (steps.length === 0) return epochs[0].train.loss;
	return median(steps.slice(0, Math.min(10, Math.ceil(steps.length / 20))).map(({ loss }) => loss));
}

/** By which part of itself a loss fell from the three quarters of the epochs to the end. */
export function fallOverLastQuarter(epochs: readonly EpochEvent[], loss: (epoch: EpochEvent) => number): number {
	const span = Math.max(1, Math.round(epochs.length / 4));
	return 1 - loss(epochs[epochs.length - 1]) / loss(epochs[epochs.length - 1 - span]);
}

/** The middle value, or the mean of the middle two. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
