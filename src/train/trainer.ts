/** The trainer: a short loop that emits events. It decides nothing; callbacks ask, it acts. */
import { ArgumentError } from "../core/errors.ts";
import type { Batch } from "../data/dataset.ts";
import type { EndReason, EpochEvent, RunEvent, Scores } from "../runs/events.ts";
import type { Action, Callback, TrainingView } from "./callback.ts";
import { epochLoader } from "./epoch-loader.ts";
import { evaluate } from "./evaluate.ts";
import { resumeEvent, startEvent, stepEvent } from "./make-events.ts";
import type { TrainerOptions } from "./options.ts";
import { planOf, type TrainingPlan } from "./plan.ts";
import { setRates } from "./rates.ts";
import type { BestSoFar, EpochSums, TrainingState } from "./state.ts";
import { type StepOutcome, trainStep } from "./step.ts";
import { type StepWatch, watchStep } from "./watch.ts";

/** How a training ended. */
export interface TrainingResult {
	readonly reason: EndReason;
	readonly steps: number;
	readonly epochs: readonly EpochEvent[];
	/** Epoch whose weights the model has now, and its scores; null if no epoch was completed. */
	readonly bestEpoch: number | null;
	readonly best: Scores | null;
	readonly seconds: number;
}

/** Milliseconds after which the event loop gets a turn, so that signals and progress come through. */
const TURN_MS = 40;

const emptySums = (): EpochSums => ({ loss: 0, exampleCount: 0, metrics: {} });

/**
 * Trains a model. `fit()` runs to the end; `run()` gives each event as it happens.
 *
 * @example
 * const trainer = new Trainer({ model, loss, optimizer: adam(model.parameters()), rng: new RandomStream(42), train, validation, epochs: 20 });
 * for await (const event of trainer.run()) if (event.kind === "epoch") console.log(event.epoch, event.validation);
 */
export class Trainer {
	readonly #options: TrainerOptions;
	readonly #plan: TrainingPlan;
	readonly stepsPerEpoch: number;
	readonly totalSteps: number;
	#step = 0;
	#epoch = 0;
	#batch = 0;
	#sums = emptySums();
	#epochs: EpochEvent[] = [];
	#best: BestSoFar | null = null;
	#baseLr: number;
	#stop: { reason: EndReason; why: string } | null = null;
	#checkpointWanted: string | null = null;
	#lastCheckpoint = performance.now();
	#epochStarted = performance.now();
	#resumed = false;
	#running = false;

	/** @throws ArgumentError for an empty training set, a batch size or number of epochs below 1, or an unknown score to monitor */
	constructor(options: TrainerOptions) {
		this.#options = options;
		this.#plan = planOf(options);
		this.stepsPerEpoch = this.#plan.stepsPerEpoch;
		this.totalSteps = this.#plan.totalSteps;
		this.#baseLr = options.optimizer.lr;
	}

	/** Runs to the end. */
	async fit(): Promise<TrainingResult> {
		const started = performance.now();
		let reason: EndReason = "stopped";
		for await (const event of this.run()) if (event.kind === "end") reason = event.reason;
		const seconds = (performance.now() - started) / 1000;
		return {
			reason,
			steps: this.#step,
			epochs: this.#epochs,
			bestEpoch: this.#best?.epoch ?? null,
			best: this.#best?.scores ?? null,
			seconds,
		};
	}

	/** Trains and gives each event as it happens; leaving the loop early ends training where it stands. */
	async *run(): AsyncGenerator<RunEvent, void, void> {
		if (this.#running) throw new ArgumentError("Trainer: it is running already.");
		this.#running = true;
		const started = performance.now();
		try {
			this.#options.model.train();
			const { optimizer } = this.#options;
			const at = { step: this.#step, epoch: this.#epoch };
			yield* this.#dispatch(this.#resumed ? resumeEvent(optimizer, at) : startEvent(this.#options, this.#plan));
			while (this.#epoch < this.#plan.epochCount && this.#stop === null) {
				yield* this.#trainEpoch();
				if (this.#stop === null || this.#batch === this.stepsPerEpoch) yield* this.#endEpoch();
			}
			yield* this.#finish(started);
		} finally {
			this.#running = false;
			this.#options.model.eval();
		}
	}

	/** Where it stands, copied. */
	state(): TrainingState {
		const { model, optimizer, average, callbacks = [] } = this.#options;
		const states = callbacks.flatMap((callback) => (callback.state === undefined ? [] : [[callback.name, callback.state()] as const]));
		return {
			step: this.#step,
			epoch: this.#epoch,
			batch: this.#batch,
			sums: structuredClone(this.#sums),
			epochs: [...this.#epochs],
			baseLr: this.#baseLr,
			model: model.state(),
			optimizer: optimizer.state(),
			average: average?.state() ?? null,
			best: this.#best,
			callbacks: Object.fromEntries(states),
		};
	}

	/** Goes on from a saved state: the steps that follow have the bits of an uninterrupted run. */
	load(state: TrainingState): void {
		const { model, optimizer, average, callbacks = [] } = this.#options;
		model.load(state.model);
		optimizer.load(state.optimizer);
		if (state.average !== null) average?.load(state.average);
		for (const callback of callbacks) if (Object.hasOwn(state.callbacks, callback.name)) callback.load?.(state.callbacks[callback.name]);
		this.#step = state.step;
		this.#epoch = state.epoch;
		this.#batch = state.batch;
		this.#sums = structuredClone(state.sums);
		this.#epochs = [...state.epochs];
		this.#baseLr = state.baseLr;
		this.#best = state.best;
		this.#resumed = true;
	}

	async *#trainEpoch(): AsyncGenerator<RunEvent, void, void> {
		const { logEvery = Math.max(1, Math.ceil(this.totalSteps / 2000)), checkpointSteps = null, signal, optimizer } = this.#options;
		const layersEvery = this.#options.layersEvery ?? Math.max(50, Math.ceil(this.stepsPerEpoch / 2));
		let [lastTurn, lastLog, examplesSinceLog] = [performance.now(), performance.now(), 0];
		for await (const batch of epochLoader(this.#options, this.#plan.batchSize, this.#epoch).batches(this.#batch)) {
			const watch = layersEvery > 0 && this.#step % layersEvery === 0 ? watchStep(this.#options.model, this.#options.optimizer) : null;
			const outcome = this.#trainStep(batch, watch);
			if (outcome.broken !== null) {
				yield* this.#dispatch({ kind: "nonFinite", step: this.#step + 1, ...outcome.broken });
				this.#stop = { reason: "not finite", why: outcome.broken.where };
				return;
			}
			this.#count(batch, outcome);
			examplesSinceLog += batch.rowCount;
			const now = performance.now();
			if (logEvery > 0 && (this.#step % logEvery === 0 || this.#step === 1)) {
				const examplesPerSecond = (1000 * examplesSinceLog) / Math.max(1e-3, now - lastLog);
				const { loss, gradNorm } = outcome;
				yield* this.#dispatch(stepEvent(optimizer, { step: this.#step, epoch: this.#epoch, loss, gradNorm, examplesPerSecond }));
				[lastLog, examplesSinceLog] = [now, 0];
			}
			if (watch !== null) yield* this.#dispatch(watch.finish(this.#step));
			if (now - lastTurn > TURN_MS) {
				await turn();
				lastTurn = performance.now();
			}
			if (signal?.aborted) this.#stop ??= { reason: "interrupted", why: "a signal" };
			if (checkpointSteps !== null && this.#step % checkpointSteps === 0) this.#checkpointWanted ??= `every ${checkpointSteps} steps`;
			if (now - this.#lastCheckpoint > 1000 * (this.#options.checkpointSeconds ?? 30)) this.#checkpointWanted ??= "time";
			if (this.#batch === this.stepsPerEpoch) return;
			if (this.#stop !== null) this.#checkpointWanted ??= this.#stop.reason;
			yield* this.#saveIfWanted();
			if (this.#stop !== null) return;
		}
	}

	#trainStep(batch: Batch, watch: StepWatch | null): StepOutcome {
		setRates(this.#options, {
			step: this.#step,
			epoch: this.#epoch,
			baseLr: this.#baseLr,
			monitored: () => this.#epochs.map((event) => (event.validation ?? event.train)[this.#plan.monitor.name]),
		});
		return trainStep(this.#options, batch, { followed: this.#plan.followed, watch });
	}

	#count(batch: Batch, outcome: StepOutcome): void {
		this.#step++;
		this.#batch++;
		this.#sums.loss += outcome.loss * batch.rowCount;
		this.#sums.exampleCount += batch.rowCount;
		for (const [name, sum] of Object.entries(outcome.metricSums)) this.#sums.metrics[name] = (this.#sums.metrics[name] ?? 0) + sum;
	}

	async *#endEpoch(): AsyncGenerator<RunEvent, void, void> {
		const { optimizer, average, validation = null } = this.#options;
		if (optimizer.flush()) average?.update();
		const { loss, exampleCount, metrics } = this.#sums;
		const train: Record<string, number> = { loss: loss / exampleCount };
		for (const [name, sum] of Object.entries(metrics)) train[name] = sum / exampleCount;
		average?.swap();
		try {
			const { model, loss: lossFunction, metrics: scored = [], outputs, decode } = this.#options;
			const conversions = { ...(outputs === undefined ? {} : { outputs }), ...(decode === undefined ? {} : { decode }) };
			const judge = { loss: lossFunction, metrics: scored, ...conversions };
			const scores = validation === null ? null : (await evaluate(model, validation, judge)).scores;
			const best = this.#isBest(scores ?? train);
			const event: EpochEvent = {
				kind: "epoch",
				epoch: this.#epoch,
				step: this.#step,
				train,
				validation: scores,
				lr: optimizer.lr,
				best,
				seconds: (performance.now() - this.#epochStarted) / 1000,
				examplesPerSecond: (1000 * exampleCount) / Math.max(1e-3, performance.now() - this.#epochStarted),
			};
			this.#epochs.push(event);
			if (best)
				this.#best = {
					epoch: this.#epoch,
					value: this.#valueOf(scores ?? train),
					scores: scores ?? train,
					model: this.#options.model.state(),
				};
			this.#epochStarted = performance.now();
			[this.#epoch, this.#batch, this.#sums] = [this.#epoch + 1, 0, emptySums()];
			yield* this.#dispatch(event);
		} finally {
			average?.swap();
		}
		this.#checkpointWanted ??= this.#stop?.reason ?? "end of epoch";
		yield* this.#saveIfWanted();
	}

	#valueOf(scores: Scores): number {
		return scores[this.#plan.monitor.name] ?? scores.loss;
	}

	#isBest(scores: Scores): boolean {
		// Without validation data the last weights are the best that is known.
		if (this.#best === null || (this.#options.validation ?? null) === null) return true;
		const value = this.#valueOf(scores);
		return this.#plan.monitor.goal === "min" ? value < this.#best.value : value > this.#best.value;
	}

	async *#saveIfWanted(): AsyncGenerator<RunEvent, void, void> {
		const reason = this.#checkpointWanted;
		this.#checkpointWanted = null;
		const { checkpoints = null } = this.#options;
		if (reason === null || checkpoints === null) return;
		this.#lastCheckpoint = performance.now();
		try {
			const file = await checkpoints.save(this.state(), reason);
			yield* this.#dispatch({ kind: "checkpoint", step: this.#step, file, reason });
		} catch (error) {
			if (!isDiskFull(error)) throw error;
			yield* this.#dispatch({
				kind: "remark",
				step: this.#step,
				text: "The disk is full: the last good checkpoint stands, training stops.",
			});
			this.#stop = { reason: "disk full", why: String(error) };
		}
	}

	async *#finish(started: number): AsyncGenerator<RunEvent, void, void> {
		const reason = this.#stop?.reason ?? "finished";
		const { model, restoreBest = true } = this.#options;
		// An interrupted run goes on from where it stands; all others hand over their best weights.
		if (restoreBest && reason !== "interrupted" && this.#best !== null) model.load(this.#best.model);
		yield* this.#dispatch({
			kind: "end",
			time: new Date().toISOString(),
			reason,
			step: this.#step,
			epoch: this.#epoch,
			bestEpoch: this.#best?.epoch ?? null,
			best: this.#best?.scores ?? null,
			seconds: (performance.now() - started) / 1000,
		});
		this.#stop = null;
	}

	*#dispatch(event: RunEvent): Generator<RunEvent, void, void> {
		yield event;
		const view: TrainingView = {
			model: this.#options.model,
			optimizer: this.#options.optimizer,
			epochs: this.#epochs,
			step: this.#step,
		};
		for (const callback of this.#options.callbacks ?? []) {
			const action = callback.onEvent(event, view);
			if (action !== undefined) yield this.#act(action, callback);
		}
	}

	#act(action: Action, { name }: Callback): RunEvent {
		switch (action.kind) {
			case "stop":
				this.#stop ??= { reason: action.reason ?? "stopped", why: action.why };
				break;
			case "checkpoint":
				this.#checkpointWanted = action.why;
				break;
			case "scaleLr":
				this.#baseLr *= action.factor;
				break;
			case "remark":
				return { kind: "remark", step: this.#step, text: action.why };
			default:
				throw action satisfies never;
		}
		return { kind: "action", step: this.#step, by: name, action: action.kind, why: action.why };
	}
}

function isDiskFull(error: unknown): boolean {
	const code = (error as { code?: unknown } | null)?.code;
	return code === "ENOSPC" || code === "EDQUOT";
}

/** Lets timers and signals run. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		if (typeof setImmediate === "function") setImmediate(resolve);
		else setTimeout(resolve, 0);
	});
}
