/** Where a training stands: counters, sums of the epoch under way, epochs done and the best weights. It moves nothing and tells nobody. */
import type { Batch } from "../data/dataset.ts";
import type { ModelState } from "../nn/state.ts";
import type { EpochEvent, Scores } from "../runs/events.ts";
import type { TrainingPlan } from "./plan.ts";
import type { BestSoFar, EpochSums, TrainingState } from "./state.ts";
import type { StepOutcome } from "./step.ts";

/** The part of a training's state that is counted here; the rest is the model's, the optimizer's and so on. */
export type Counted = Pick<TrainingState, "step" | "epoch" | "batch" | "sums" | "epochs" | "baseLr" | "best">;

const emptySums = (): EpochSums => ({ loss: 0, exampleCount: 0, metrics: {} });

/** Counts steps and epochs, and knows which epoch was the best. */
export class Standing {
	readonly #monitor: TrainingPlan["monitor"];
	#step = 0;
	#epoch = 0;
	#batch = 0;
	#sums = emptySums();
	#epochs: EpochEvent[] = [];
	#best: BestSoFar | null = null;
	/** What schedules scale. */
	baseLr: number;

	constructor({ monitor }: Pick<TrainingPlan, "monitor">, baseLr: number) {
		this.#monitor = monitor;
		this.baseLr = baseLr;
	}

	/** Steps done. */
	get step(): number {
		return this.#step;
	}

	/** Number of the epoch under way, from 0. */
	get epoch(): number {
		return this.#epoch;
	}

	/** Batches of it that are done. */
	get batch(): number {
		return this.#batch;
	}

	/** Examples of it that are done. */
	get exampleCount(): number {
		return this.#sums.exampleCount;
	}

	/** Epochs completed. */
	get epochs(): readonly EpochEvent[] {
		return this.#epochs;
	}

	/** The best weights so far; null before the first epoch ends. */
	get best(): BestSoFar | null {
		return this.#best;
	}

	/** Values of the monitored score, one an epoch. */
	monitored(): number[] {
		return this.#epochs.map((event) => (event.validation ?? event.train)[this.#monitor.name]);
	}

	/** Counts a step. */
	count({ rowCount }: Pick<Batch, "rowCount">, { loss, metricSums }: Pick<StepOutcome, "loss" | "metricSums">): void {
		this.#step++;
		this.#batch++;
		this.#sums.loss += loss * rowCount;
		this.#sums.exampleCount += rowCount;
		const { metrics } = this.#sums;
		for (const [name, sum] of Object.entries(metricSums)) metrics[name] = (metrics[name] ?? 0) + sum;
	}

	/** Scores of the epoch under way: means over the examples as they came by. */
	trainScores(): Scores {
		const { loss, exampleCount, metrics } = this.#sums;
		const means = Object.entries(metrics).map(([name, sum]) => [name, sum / exampleCount] as const);
		return { loss: loss / exampleCount, ...Object.fromEntries(means) };
	}

	/**
	 * Whether the epoch under way is the best one. Without validation data the last weights are the best that is known; any score is better
	 * than one that was no number.
	 */
	isBest(validation: Scores | null): boolean {
		if (this.#best === null || validation === null || Number.isNaN(this.#best.value)) return true;
		const value = this.#valueOf(validation);
		return this.#monitor.goal === "min" ? value < this.#best.value : value > this.#best.value;
	}

	/** Closes the epoch under way; `model` gives the weights, which are asked for only if they are the best. */
	endEpoch(event: EpochEvent, model: () => ModelState): void {
		this.#epochs.push(event);
		if (event.best) {
			const scores = event.validation ?? event.train;
			this.#best = { epoch: event.epoch, value: this.#valueOf(scores), scores, model: model() };
		}
		this.#epoch++;
		[this.#batch, this.#sums] = [0, emptySums()];
	}

	/** A copy. */
	state(): Counted {
		return {
			step: this.#step,
			epoch: this.#epoch,
			batch: this.#batch,
			sums: structuredClone(this.#sums),
			epochs: [...this.#epochs],
			baseLr: this.baseLr,
			best: this.#best,
		};
	}

	/** Goes on from a copy. */
	load({ step, epoch, batch, sums, epochs, baseLr, best }: Counted): void {
		[this.#step, this.#epoch, this.#batch] = [step, epoch, batch];
		this.#sums = structuredClone(sums);
		this.#epochs = [...epochs];
		this.baseLr = baseLr;
		this.#best = best;
	}

	#valueOf(scores: Scores): number {
		return scores[this.#monitor.name] ?? scores.loss;
	}
}
