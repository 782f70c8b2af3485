/** A run from its config to a saved, scored model: what `gradus train` and `gradus resume` do, without a terminal. */
import { basename, extname, join } from "node:path";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RejectedCheckpoint } from "../io/node/checkpoint-folder.ts";
import { readJournalFile } from "../io/node/journal-file.ts";
import { RunFolder, readRunFolder } from "../io/node/run-folder.ts";
import { runFiles } from "../io/node/run-info.ts";
import { writeModel } from "../io/node/save-model.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { RunEvent, Scores } from "../runs/events.ts";
import type { Evaluation } from "../train/evaluate.ts";
import type { CheckpointStore, TrainingState } from "../train/state.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { closedOnFailure } from "./closed-on-failure.ts";
import type { OnDataProgress } from "./data/data-progress.ts";
import { openData } from "./data/open.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { prepareData } from "./data/prepare.ts";
import { evaluateParts, type FinishedRun } from "./finished-run.ts";
import { makeExecutor } from "./machine.ts";
import { settledConfig } from "./settled-config.ts";

/** How a run is started. */
export interface SessionOptions {
	/** Folder of all runs. Default "runs". */
	readonly parent?: string;
	/** Stops after the step under way; the run can be resumed. */
	readonly signal?: AbortSignal;
	/** Data that was opened before, as to look for leaks; from here on the session closes it. */
	readonly opened?: OpenedData;
	/** Told how far opening and preparing large data are, unless it was opened before. */
	readonly onProgress?: OnDataProgress;
	/** What was decided before the run and belongs in its journal, such as columns left out as leaks. */
	readonly remarks?: readonly string[];
}

/** What a run came to. */
export interface RunResult {
	/** The run's folder. */
	readonly run: string;
	readonly reason: string;
	/** Of the weights that were kept; null without such data. */
	readonly validation: Scores | null;
	readonly test: Scores | null;
	/** What those scores were measured on; null without such data. */
	readonly measuredOn: { readonly validation: MeasuredPart | null; readonly test: MeasuredPart | null };
	/** Of all sittings. */
	readonly seconds: number;
	/** Of the last one; the same where the run was never interrupted. */
	readonly sittingSeconds: number;
}

/** The examples of a part that judges. */
export interface MeasuredPart {
	readonly exampleCount: number;
	/** Name of the data that they are of, such as `titanic.csv`. */
	readonly data: string;
	/** Whether they were taken from the training data, or are a set of their own. */
	readonly heldBack: boolean;
}

/** A run under way. */
export class Session {
	readonly config: RunConfig;
	readonly folder: RunFolder<TrainingState>;
	readonly data: PreparedData;
	readonly opened: OpenedData;
	readonly executor: Executor;
	readonly assembly: Assembly;
	/** Damaged checkpoints that were passed over. */
	readonly rejected: readonly RejectedCheckpoint[];
	readonly #remarks: readonly string[];
	readonly #earlierSeconds: number;
	readonly #started = performance.now();
	#result: RunResult | null = null;
	#evaluations: { validation: Evaluation | null; test: Evaluation | null } = { validation: null, test: null };

	private constructor(parts: SessionParts) {
		this.config = parts.config;
		this.folder = parts.folder;
		this.data = parts.data;
		this.opened = parts.opened;
		this.executor = parts.executor;
		this.assembly = parts.assembly;
		this.rejected = parts.rejected;
		this.#remarks = parts.remarks;
		this.#earlierSeconds = parts.earlierSeconds;
	}

	/** Opens the data, makes the run's folder and everything that trains. Where that fails, what was opened is closed, `options.opened` too. */
	static start(config: RunConfig, options: SessionOptions = {}): Promise<Session> {
		return closedOnFailure(async (own) => {
			const opened = own(options.opened ?? (await openData(config, options)));
			const data = await prepareData(config, opened);
			const executor = own(await makeExecutor(config.machine, data));
			const settled = settledConfig(config, { opened, data, threads: executor.facts().threads });
			const { signal, remarks = [] } = options;
			// Before a folder is made, so that a config that cannot be built leaves nothing behind; checkpoints are written long after.
			const checkpoints: CheckpointStore = { save: (state, reason) => folder.save(state, reason) };
			const assembly = assemble(settled, data, executor, { checkpoints, ...(signal === undefined ? {} : { signal }) });
			const name = basename(config.data.source, extname(config.data.source)) || "run";
			const folder = own(await RunFolder.create<TrainingState>(options.parent ?? "runs", name, { config: settled }));
			return new Session({ config: settled, opened, data, executor, folder, remarks, earlierSeconds: 0, assembly, rejected: [] });
		});
	}

	/** Opens a run to go on from its last good checkpoint. Where that fails, what was opened is closed. */
	static resume(path: string, options: Pick<SessionOptions, "signal" | "onProgress"> = {}): Promise<Session> {
		return closedOnFailure(async (own) => {
			const folder = own(await RunFolder.open<TrainingState>(path));
			const config = parseRunConfig(folder.config, join(path, "config.yaml"));
			const opened = own(await openData(config, options));
			const data = await prepareData(config, opened);
			const executor = own(await makeExecutor(config.machine, data));
			const { state, rejected } = await folder.loadLatest();
			const { seconds: earlierSeconds } = (await readRunFolder(path)).run;
			const { signal } = options;
			const assembly = assemble(config, data, executor, { checkpoints: folder, ...(signal === undefined ? {} : { signal }) });
			if (state !== null) assembly.trainer.load(state);
			return new Session({ config, opened, data, executor, folder, remarks: [], earlierSeconds, assembly, rejected });
		});
	}

	/** Trains, then scores and saves the model; gives each event as it happens. The caller calls `close()` when done with it. */
	async *run(): AsyncGenerator<RunEvent, void, void> {
		let reason = "stopped";
		for await (const event of this.assembly.trainer.run()) {
			this.#keep(event);
			// A start begins the record anew, so what was decided before it stands after it.
			if (event.kind === "start") for (const text of this.#remarks) this.#keep({ kind: "remark", step: 0, text });
			if (event.kind === "end") reason = event.reason;
			yield event;
		}
		// Not over: a model now would be of weights that training goes on with, and would need the room that there is not.
		if (reason === "interrupted" || reason === "disk full") {
			this.#result = this.#resultFor(reason, { validation: null, test: null });
			return;
		}
		yield* this.#finish(reason);
	}

	/** The run with all of its journal, once `run` is over. */
	async finished(): Promise<FinishedRun> {
		const { config, opened, data, executor, assembly } = this;
		const { path } = this.folder;
		const { events } = await readJournalFile(join(path, runFiles.journal));
		return { path, config, opened, data, executor, assembly, events, evaluations: this.#evaluations, remarks: [] };
	}

	/** Gives back the folder's lock, files and threads. */
	async close(): Promise<void> {
		this.folder.close();
		await this.opened.close();
		await this.executor.close?.();
	}

	/** Known once `run` is over. */
	get result(): RunResult {
		if (this.#result === null) throw new Error("The run is not over.");
		return this.#result;
	}

	async *#finish(reason: string): AsyncGenerator<RunEvent, void, void> {
		const { model } = this.assembly;
		const { test } = this.data;
		this.#evaluations = await evaluateParts(this.assembly, this.data);
		const { validation: onValidation, test: onTest } = this.#evaluations;
		if (onTest !== null && test !== null) {
			const event: RunEvent = { kind: "test", scores: onTest.scores, exampleCount: test.size };
			this.#keep(event);
			yield event;
		}
		this.#result = this.#resultFor(reason, { validation: onValidation?.scores ?? null, test: onTest?.scores ?? null });
		await writeModel(this.folder.path, this.#facts(), model.state());
	}

	#facts() {
		const { validation, test } = this.result;
		const named = (prefix: string, scores: Scores | null) =>
			Object.entries(scores ?? {}).map(([name, value]) => [`${prefix} ${name}`, value] as const);
		return {
			target: this.data.target,
			input: this.data.input,
			inputShape: this.data.train.inputShape,
			layers: this.assembly.layers,
			outputs: this.data.target.kind === "classes" ? ("softmax" as const) : ("identity" as const),
			metrics: Object.fromEntries([...named("validation", validation), ...named("test", test)]),
			provenance: {
				config: { ...this.config },
				seed: this.config.seed,
				data: { name: this.opened.name, rows: this.data.train.size },
				date: new Date().toISOString(),
				executor: this.executor.facts().name,
				steps: this.assembly.optimizer.stepCount,
			},
		};
	}

	#keep(event: RunEvent): void {
		this.folder.journal.append(event);
	}

	#resultFor(reason: string, scores: Pick<RunResult, "validation" | "test">): RunResult {
		const sittingSeconds = (performance.now() - this.#started) / 1000;
		const part = (name: "validation" | "test") => (scores[name] === null ? null : this.#measuredPart(name));
		const measuredOn = { validation: part("validation"), test: part("test") };
		return { run: this.folder.path, reason, ...scores, measuredOn, seconds: this.#earlierSeconds + sittingSeconds, sittingSeconds };
	}

	#measuredPart(name: "validation" | "test"): MeasuredPart {
		const exampleCount = this.data[name]?.size ?? 0;
		const { test } = this.config.data;
		if (name === "test" && typeof test === "string") return { exampleCount, data: basename(test), heldBack: false };
		return { exampleCount, data: this.opened.name, heldBack: name === "validation" || !this.opened.hasOwnTest };
	}
}

interface SessionParts {
	readonly config: RunConfig;
	readonly opened: OpenedData;
	readonly data: PreparedData;
	readonly executor: Executor;
	readonly folder: RunFolder<TrainingState>;
	readonly remarks: readonly string[];
	readonly assembly: Assembly;
	readonly rejected: readonly RejectedCheckpoint[];
	/** Of the sittings before this one. */
	readonly earlierSeconds: number;
}
