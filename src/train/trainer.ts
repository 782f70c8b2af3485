/** The trainer: a short loop that emits events. It decides nothing; callbacks ask, it acts. */
import { ArgumentError } from "../core/errors.ts";
import type { Batch } from "../data/dataset.ts";
import { epochOrder, Loader } from "../data/loader.ts";
import type { EndReason, EpochEvent, RunEvent, Scores, StepEvent } from "../runs/events.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Action, Callback, TrainingView } from "./callback.ts";
import { evaluate, toTensors } from "./evaluate.ts";
import type { Predictions } from "./metrics/metric.ts";
import { findNonFinite } from "./non-finite.ts";
import type { TrainerOptions } from "./options.ts";
import type { BestSoFar, EpochSums, TrainingState } from "./state.ts";
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

/** What one step brought. */
interface StepOutcome {
	readonly loss: number;
	readonly gradNorm: number;
	readonly metricSums: Readonly<Record<string, number>>;
	/** Set if the loss was no finite number; nothing was updated then. */
	readonly broken: { where: string; value: string } | null;
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
	readonly #batchSize: number;
	readonly #epochCount: number;
	readonly #monitor: { name: string; goal: "min" | "max" };
	/** Metrics that are means over examples: followed while training. */
	readonly #followed: NonNullable<TrainerOptions["metrics"]>;
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
	#resumed = false;
	#running = false;

	/** @throws ArgumentError for an empty training set, a batch size or number of epochs below 1, or an unknown score to monitor */
	constructor(options: TrainerOptions) {
		const { train, epochs = 10, batchSize = 32, dropLast = false, metrics = [], monitor = "loss", optimizer } = options;
		if (train.size === 0) throw new ArgumentError("Trainer: the training data is empty.");
		if (!(Number.isInteger(epochs) && epochs >= 0))
			throw new ArgumentError(`Trainer: expected epochs to be an integer ≥ 0, received ${epochs}.`);
		if (!(batchSize === Number.POSITIVE_INFINITY || (Number.isInteger(batchSize) && batchSize >= 1))) {
			throw new ArgumentError(`Trainer: expected batchSize to be an integer ≥ 1 or Infinity, received ${batchSize}.`);
		}
		const watched = metrics.find(({ name }) => name === monitor);
		if (monitor !== "loss" && watched === undefined) {
			throw new ArgumentError(
				`Trainer: there is no score "${monitor}" to monitor. Known: ${["loss", ...metrics.map(({ name }) => name)].join(", ")}.`,
			);
		}
		this.#options = options;
		this.#batchSize = Math.min(batchSize, train.size);
		this.#epochCount = epochs;
		this.#monitor = { name: monitor, goal: watched?.goal ?? "min" };
		this.#followed = metrics.filter(({ sumOver }) => sumOver !== null);
		this.#baseLr = optimizer.lr;
		const exact = train.size / this.#batchSize;
		this.stepsPerEpoch = dropLast ? Math.floor(exact) : Math.ceil(exact);
		this.totalSteps = this.stepsPerEpoch * epochs;
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
			yield* this.#dispatch(this.#resumed ? this.#resumeEvent() : this.#startEvent());
			while (this.#epoch < this.#epochCount && this.#stop === null) {
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
		const { logEvery = Math.max(1, Math.ceil(this.totalSteps / 2000)), checkpointSteps = null, signal } = this.#options;
		const layersEvery = this.#options.layersEvery ?? Math.max(50, Math.ceil(this.stepsPerEpoch / 2));
		let [lastTurn, lastLog, examplesSinceLog] = [performance.now(), performance.now(), 0];
		for await (const batch of this.#loader().batches(this.#batch)) {
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
				yield* this.#dispatch(this.#stepEvent(outcome, (1000 * examplesSinceLog) / Math.max(1e-3, now - lastLog)));
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

	#loader(): Loader {
		const { train, rng, shuffle = true, dropLast = false, augmentation = null } = this.#options;
		const epoch = this.#epoch;
		const order = epochOrder({ size: train.size, epoch, rng: rng.split("order"), shuffle });
		const loader: Loader = new Loader({
			dataset: train,
			batchSize: this.#batchSize,
			order,
			dropLast,
			...(augmentation === null
				? {}
				: {
						transform: (batch: Batch, number: number) =>
							augmentation(batch, { indices: loader.indices(number), epoch, rng: rng.split("augmentation", epoch, number) }),
					}),
		});
		return loader;
	}

	#trainStep(batch: Batch, watch: StepWatch | null): StepOutcome {
		const { model, optimizer, loss, train, average } = this.#options;
		this.#setRates();
		return scope(
			() => {
				const { x, y } = toTensors(batch, train, optimizer.parameters.executor);
				optimizer.zeroGrad();
				const returned = model.forward(x);
				const lossTensor = loss(returned, y);
				const value = lossTensor.item();
				if (!Number.isFinite(value)) {
					watch?.stop();
					return { loss: value, gradNorm: Number.NaN, metricSums: {}, broken: findNonFinite(model, optimizer, x) };
				}
				const metricSums = this.#metricSums(returned, batch);
				lossTensor.backward();
				watch?.beforeUpdate();
				const gradNorm = optimizer.gradientNorm();
				if (optimizer.step(optimizer.needsClosure ? () => this.#lossAndGradients(x, y) : undefined)) average?.update();
				return { loss: value, gradNorm, metricSums, broken: null };
			},
			{ name: "training step" },
		);
	}

	/** For optimizers that look at several points in one step. */
	#lossAndGradients(x: Tensor, y: Tensor): number {
		const { model, optimizer, loss } = this.#options;
		optimizer.zeroGrad();
		const lossTensor = loss(model.forward(x), y);
		lossTensor.backward();
		return lossTensor.item();
	}

	#setRates(): void {
		const { optimizer, schedule = null, scheduleEvery = "step" } = this.#options;
		if (schedule === null) {
			optimizer.lr = this.#baseLr;
			return;
		}
		if (schedule.kind === "metric") {
			const values = this.#epochs.map((event) => (event.validation ?? event.train)[this.#monitor.name]);
			optimizer.lr = schedule.at(values, this.#baseLr);
			return;
		}
		const at = scheduleEvery === "step" ? this.#step : this.#epoch;
		optimizer.lr = schedule.at(at, this.#baseLr);
		if (optimizer.momentum !== null && schedule.momentumAt !== undefined) optimizer.momentum = schedule.momentumAt(at);
	}

	#metricSums(returned: Tensor, batch: Batch): Record<string, number> {
		// Mixed targets are no classes, so no example is right or wrong.
		const isMixed = this.#options.train.target.kind === "classes" && !(batch.y instanceof Int32Array);
		if (this.#followed.length === 0 || isMixed) return {};
		const { outputs = (x: Tensor) => x, decode = (given: Predictions) => given } = this.#options;
		const values = noGrad(() => outputs(returned.detach()).dataSync()) as Float32Array;
		const given = decode({ outputs: values, targets: batch.y, rowCount: batch.rowCount, outputCount: values.length / batch.rowCount });
		return Object.fromEntries(this.#followed.map((metric) => [metric.name, metric.sumOver?.(given) ?? 0]));
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

	#epochStarted = performance.now();

	#valueOf(scores: Scores): number {
		return scores[this.#monitor.name] ?? scores.loss;
	}

	#isBest(scores: Scores): boolean {
		// Without validation data the last weights are the best that is known.
		if (this.#best === null || (this.#options.validation ?? null) === null) return true;
		const value = this.#valueOf(scores);
		return this.#monitor.goal === "min" ? value < this.#best.value : value > this.#best.value;
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

	#stepEvent(outcome: StepOutcome, examplesPerSecond: number): StepEvent {
		const { optimizer } = this.#options;
		return {
			kind: "step",
			step: this.#step,
			epoch: this.#epoch,
			loss: outcome.loss,
			lr: optimizer.lr,
			...(optimizer.momentum === null ? {} : { momentum: optimizer.momentum }),
			gradNorm: outcome.gradNorm,
			examplesPerSecond,
		};
	}

	#startEvent(): RunEvent {
		return {
			kind: "start",
			time: new Date().toISOString(),
			config: this.#options.config ?? {},
			exampleCount: this.#options.train.size,
			stepsPerEpoch: this.stepsPerEpoch,
			totalSteps: this.totalSteps,
			epochs: this.#epochCount,
			batchSize: this.#batchSize,
			executor: this.#executorName(),
			parameterCount: this.#options.optimizer.parameters.parameterCount,
			monitor: this.#monitor,
		};
	}

	#resumeEvent(): RunEvent {
		return { kind: "resume", time: new Date().toISOString(), step: this.#step, epoch: this.#epoch, executor: this.#executorName() };
	}

	#executorName(): string {
		return this.#options.optimizer.parameters.executor.facts().name;
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
