/** The trainer: a short loop that emits events. It decides nothing; callbacks ask, it acts. */
import { ArgumentError } from "../core/errors.ts";
import type { Batch } from "../data/dataset.ts";
import { noRoomReason } from "../io/errors.ts";
import type { EndReason, EpochEvent, RunEvent, Scores } from "../runs/events.ts";
import { augmentationOf } from "./augment.ts";
import type { Action, Callback, TrainingView } from "./callback.ts";
import { checkTrainerOptions } from "./check-options.ts";
import { type Conversions, conversionsFor } from "./conversions.ts";
import { epochLoader } from "./epoch-loader.ts";
import { evaluate } from "./evaluate.ts";
import { resumeEvent, startEvent, stepEvent } from "./make-events.ts";
import type { TrainerOptions } from "./options.ts";
import { planOf, type TrainingPlan } from "./plan.ts";
import { setRates } from "./rates.ts";
import { Standing } from "./standing.ts";
import type { TrainingState } from "./state.ts";
import { type Onlookers, type StepOutcome, trainStep } from "./step.ts";
import { watchStep } from "./watch.ts";

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

/**
 * Trains a model. `fit()` runs to the end; `run()` gives each event as it happens.
 *
 * @example
 * const trainer = new Trainer({ model, loss, optimizer: adam(model.parameters()), rng: new RandomStream(42), train, validation, epochs: 20 });
 * for await (const event of trainer.run()) if (event.kind === "epoch") console.log(event.epoch, event.validation);
 */
export class Trainer {
	readonly #options: TrainerOptions & Required<Conversions>;
	readonly #plan: TrainingPlan;
	readonly stepsPerEpoch: number;
	readonly totalSteps: number;
	readonly #at: Standing;
	#stop: { reason: EndReason; why: string } | null = null;
	#checkpointWanted: string | null = null;
	#lastCheckpoint = performance.now();
	#epochStarted = performance.now();
	#resumed = false;
	#running = false;

	/**
	 * @throws ArgumentError for an option that is missing or of another kind, data that does not fit loss or validation, an empty training set, a
	 * batch size below 1, a number of epochs below 0, or an unknown score to monitor
	 */
	constructor(options: TrainerOptions) {
		checkTrainerOptions(options);
		const augmentation = augmentationOf(options);
		this.#options = { ...options, augmentation, ...conversionsFor(options, options.train, options.loss) };
		this.#plan = planOf(options);
		this.stepsPerEpoch = this.#plan.stepsPerEpoch;
		this.totalSteps = this.#plan.totalSteps;
		this.#at = new Standing(this.#plan, options.optimizer.lr);
	}

	/** Runs to the end. */
	async fit(): Promise<TrainingResult> {
		const started = performance.now();
		let reason: EndReason = "stopped";
		for await (const event of this.run()) if (event.kind === "end") reason = event.reason;
		const seconds = (performance.now() - started) / 1000;
		const { step, epochs, best } = this.#at;
		return { reason, steps: step, epochs, bestEpoch: best?.epoch ?? null, best: best?.scores ?? null, seconds };
	}

	/** Trains and gives each event as it happens; leaving the loop early ends training where it stands. */
	async *run(): AsyncGenerator<RunEvent, void, void> {
		if (this.#running) throw new ArgumentError("Trainer: it is running already.");
		this.#running = true;
		const started = performance.now();
		try {
			this.#options.model.train();
			const { optimizer } = this.#options;
			yield* this.#dispatch(this.#resumed ? resumeEvent(optimizer, this.#at) : startEvent(this.#options, this.#plan));
			while (this.#at.epoch < this.#plan.epochCount && this.#stop === null) {
				yield* this.#trainEpoch();
				if (this.#stop === null || this.#at.batch === this.stepsPerEpoch) yield* this.#endEpoch();
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
			...this.#at.state(),
			model: model.state(),
			optimizer: optimizer.state(),
			average: average?.state() ?? null,
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
		this.#at.load(state);
		this.#resumed = true;
	}

	async *#trainEpoch(): AsyncGenerator<RunEvent, void, void> {
		const { layersEvery } = this.#plan.records;
		let [lastTurn, lastLog, examplesSinceLog] = [performance.now(), performance.now(), 0];
		for await (const batch of epochLoader(this.#options, this.#plan.batchSize, this.#at.epoch).batches(this.#at.batch)) {
			const watch = layersEvery > 0 && this.#at.step % layersEvery === 0 ? watchStep(this.#options.model, this.#options.optimizer) : null;
			const isRecorded = this.#isRecorded(this.#at.step + 1, lastLog);
			const outcome = this.#trainStep(batch, { watch, wantsGradNorm: isRecorded });
			if (outcome.broken !== null) {
				yield* this.#dispatch({ kind: "nonFinite", step: this.#at.step + 1, ...outcome.broken });
				this.#stop = { reason: "not finite", why: outcome.broken.where };
				return;
			}
			this.#at.count(batch, outcome);
			examplesSinceLog += batch.rowCount;
			const now = performance.now();
			if (isRecorded) {
				yield* this.#dispatch(this.#recordOf(outcome, { examples: examplesSinceLog, milliseconds: now - lastLog }));
				[lastLog, examplesSinceLog] = [now, 0];
			}
			if (watch !== null) yield* this.#dispatch(watch.finish(this.#at.step));
			if (now - lastTurn > TURN_MS) {
				await turn();
				lastTurn = performance.now();
			}
			this.#noteWishes(now);
			if (this.#at.batch === this.stepsPerEpoch) return;
			if (this.#stop !== null) this.#checkpointWanted ??= this.#stop.reason;
			yield* this.#saveIfWanted();
			if (this.#stop !== null) return;
		}
	}

	/** Whether a step is recorded: each so many, the first, and after a long silence. */
	#isRecorded(step: number, lastLog: number): boolean {
		const { stepEvery, latestMs } = this.#plan.records;
		return stepEvery > 0 && (step % stepEvery === 0 || step === 1 || performance.now() - lastLog > latestMs);
	}

	/** The record of the step that was made. @param since - what was done since the last record */
	#recordOf({ loss, gradNorm }: StepOutcome, since: { readonly examples: number; readonly milliseconds: number }): RunEvent {
		const { step, epoch } = this.#at;
		const examplesPerSecond = (1000 * since.examples) / Math.max(1e-3, since.milliseconds);
		return stepEvent(this.#options.optimizer, { step, epoch, loss, gradNorm, examplesPerSecond });
	}

	/** Notes that the signal asks for an end, or the count of steps or the time for a checkpoint. */
	#noteWishes(now: number): void {
		const { checkpointSteps = null, checkpointSeconds, signal } = this.#options;
		if (signal?.aborted) this.#stop ??= { reason: "interrupted", why: "a signal" };
		if (checkpointSteps !== null && this.#at.step % checkpointSteps === 0) this.#checkpointWanted ??= `every ${checkpointSteps} steps`;
		if (now - this.#lastCheckpoint > 1000 * (checkpointSeconds ?? 30)) this.#checkpointWanted ??= "time";
	}

	#trainStep(batch: Batch, onlookers: Pick<Onlookers, "watch" | "wantsGradNorm">): StepOutcome {
		setRates(this.#options, this.#at);
		return trainStep(this.#options, batch, { followed: this.#plan.followed, ...onlookers });
	}

	async *#endEpoch(): AsyncGenerator<RunEvent, void, void> {
		const { model, optimizer, average } = this.#options;
		if (optimizer.flush()) average?.update();
		const train = this.#at.trainScores();
		average?.swap();
		try {
			const validation = await this.#validate();
			const seconds = (performance.now() - this.#epochStarted) / 1000;
			const event: EpochEvent = {
				kind: "epoch",
				epoch: this.#at.epoch,
				step: this.#at.step,
				train,
				validation,
				lr: optimizer.lr,
				best: this.#at.isBest(validation),
				seconds,
				examplesPerSecond: this.#at.exampleCount / Math.max(1e-6, seconds),
			};
			this.#at.endEpoch(event, () => model.state());
			this.#epochStarted = performance.now();
			yield* this.#dispatch(event);
		} finally {
			average?.swap();
		}
		this.#checkpointWanted ??= this.#stop?.reason ?? "end of epoch";
		yield* this.#saveIfWanted();
	}

	async #validate(): Promise<Scores | null> {
		const { model, loss, validation = null, metrics = [], outputs, decode } = this.#options;
		if (validation === null) return null;
		return (await evaluate(model, validation, { loss, metrics, outputs, decode })).scores;
	}

	async *#saveIfWanted(): AsyncGenerator<RunEvent, void, void> {
		const reason = this.#checkpointWanted;
		this.#checkpointWanted = null;
		const { checkpoints = null } = this.#options;
		if (reason === null || checkpoints === null) return;
		this.#lastCheckpoint = performance.now();
		try {
			const file = await checkpoints.save(this.state(), reason);
			yield* this.#dispatch({ kind: "checkpoint", step: this.#at.step, file, reason });
		} catch (error) {
			const why = noRoomReason(error);
			if (why === null) throw error;
			const text = `No checkpoint could be written: ${why}. The last good one stands, training stops.`;
			yield* this.#dispatch({ kind: "remark", step: this.#at.step, text });
			this.#stop = { reason: "disk full", why: String(error) };
		}
	}

	async *#finish(started: number): AsyncGenerator<RunEvent, void, void> {
		const reason = this.#stop?.reason ?? "finished";
		const { model, restoreBest = true } = this.#options;
		// An interrupted run goes on from where it stands; all others hand over their best weights.
		if (restoreBest && reason !== "interrupted" && this.#at.best !== null) model.load(this.#at.best.model);
		yield* this.#dispatch({
			kind: "end",
			time: new Date().toISOString(),
			reason,
			step: this.#at.step,
			epoch: this.#at.epoch,
			bestEpoch: this.#at.best?.epoch ?? null,
			best: this.#at.best?.scores ?? null,
			seconds: (performance.now() - started) / 1000,
		});
		this.#stop = null;
	}

	*#dispatch(event: RunEvent): Generator<RunEvent, void, void> {
		yield event;
		const view: TrainingView = {
			model: this.#options.model,
			optimizer: this.#options.optimizer,
			epochs: this.#at.epochs,
			step: this.#at.step,
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
				this.#at.baseLr *= action.factor;
				break;
			case "remark":
				return { kind: "remark", step: this.#at.step, text: action.why };
			default:
				throw action satisfies never;
		}
		return { kind: "action", step: this.#at.step, by: name, action: action.kind, why: action.why };
	}
}

/** Lets timers and signals run. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		if (typeof setImmediate === "function") setImmediate(resolve);
		else setTimeout(resolve, 0);
	});
}
