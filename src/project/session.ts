/** A run from its config to a saved, scored model: what `gradus train` and `gradus resume` do, without a terminal. */
import { existsSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RejectedCheckpoint } from "../io/node/checkpoint-folder.ts";
import { readJournalFile } from "../io/node/journal-file.ts";
import { RunFolder } from "../io/node/run-folder.ts";
import { runFiles } from "../io/node/run-info.ts";
import { saveModel } from "../io/node/save-model.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { RunEvent, Scores } from "../runs/events.ts";
import type { Evaluation } from "../train/evaluate.ts";
import type { TrainingState } from "../train/state.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { openData } from "./data/open.ts";
import { openTestData } from "./data/open-test.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { evaluateParts, type FinishedRun } from "./finished-run.ts";
import { makeExecutor } from "./machine.ts";
import { splitOf } from "./split.ts";

/** How a run is started. */
export interface SessionOptions {
	/** Folder of all runs. Default "runs". */
	readonly parent?: string;
	/** Stops after the step under way; the run can be resumed. */
	readonly signal?: AbortSignal;
	/** Data that was opened before, as to look for leaks. */
	readonly opened?: OpenedData;
}

/** What a run came to. */
export interface RunResult {
	/** The run's folder. */
	readonly run: string;
	readonly reason: string;
	/** Of the weights that were kept; null without such data. */
	readonly validation: Scores | null;
	readonly test: Scores | null;
	readonly seconds: number;
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
	readonly #started = performance.now();
	#result: RunResult | null = null;
	#evaluations: { validation: Evaluation | null; test: Evaluation | null } = { validation: null, test: null };

	private constructor(parts: Omit<SessionParts, "signal"> & { assembly: Assembly; rejected: readonly RejectedCheckpoint[] }) {
		this.config = parts.config;
		this.folder = parts.folder;
		this.data = parts.data;
		this.opened = parts.opened;
		this.executor = parts.executor;
		this.assembly = parts.assembly;
		this.rejected = parts.rejected;
	}

	/** Opens the data, makes the run's folder and everything that trains. */
	static async start(config: RunConfig, options: SessionOptions = {}): Promise<Session> {
		const opened = options.opened ?? (await openData(config));
		const data = await prepare(config, opened);
		const executor = await makeExecutor(config.machine, data);
		const threads = executor.facts().threads;
		const source = existsSync(config.data.source) ? resolve(config.data.source) : config.data.source;
		const settled = { ...config, data: { ...config.data, source }, machine: { ...config.machine, threads } };
		// Tried before a folder is made, so that a config that cannot be built leaves nothing behind.
		assemble(settled, data, executor);
		const name = basename(config.data.source, extname(config.data.source)) || "run";
		const folder = await RunFolder.create<TrainingState>(options.parent ?? "runs", name, { config: settled });
		return Session.#assembled({ config: settled, opened, data, executor, folder, signal: options.signal }, null);
	}

	/** Opens a run to go on from its last good checkpoint. */
	static async resume(path: string, options: Pick<SessionOptions, "signal"> = {}): Promise<Session> {
		const folder = await RunFolder.open<TrainingState>(path);
		try {
			const config = parseRunConfig(folder.config, join(path, "config.yaml"));
			const opened = await openData(config);
			const data = await prepare(config, opened);
			const executor = await makeExecutor(config.machine, data);
			const { state, rejected } = await folder.loadLatest();
			return Session.#assembled({ config, opened, data, executor, folder, signal: options.signal }, state, rejected);
		} catch (error) {
			folder.close();
			throw error;
		}
	}

	static #assembled(parts: SessionParts, state: TrainingState | null, rejected: readonly RejectedCheckpoint[] = []): Session {
		const { config, data, executor, folder, signal } = parts;
		const assembly = assemble(config, data, executor, { checkpoints: folder, ...(signal === undefined ? {} : { signal }) });
		if (state !== null) assembly.trainer.load(state);
		return new Session({ ...parts, assembly, rejected });
	}

	/** Trains, then scores and saves the model; gives each event as it happens. The caller calls `close()` when done with it. */
	async *run(): AsyncGenerator<RunEvent, void, void> {
		let reason = "stopped";
		for await (const event of this.assembly.trainer.run()) {
			this.#keep(event);
			if (event.kind === "end") reason = event.reason;
			yield event;
		}
		if (reason === "interrupted") {
			this.#result = { run: this.folder.path, reason, validation: null, test: null, seconds: this.#seconds() };
			return;
		}
		yield* this.#finish(reason);
	}

	/** The run with all of its journal, once `run` is over. */
	async finished(): Promise<FinishedRun> {
		const { config, opened, data, executor, assembly } = this;
		const { path } = this.folder;
		const { events } = await readJournalFile(join(path, runFiles.journal));
		return { path, config, opened, data, executor, assembly, events, evaluations: this.#evaluations };
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
		const { test } = this.config.data;
		const testData = typeof test === "string" ? await openTestData(test, this.data.input, this.config) : this.data.test;
		this.#evaluations = await evaluateParts(this.assembly, { validation: this.data.validation, test: testData });
		const { validation: onValidation, test: onTest } = this.#evaluations;
		if (onTest !== null && testData !== null) {
			const event: RunEvent = { kind: "test", scores: onTest.scores, exampleCount: testData.size };
			this.#keep(event);
			yield event;
		}
		this.#result = {
			run: this.folder.path,
			reason,
			validation: onValidation?.scores ?? null,
			test: onTest?.scores ?? null,
			seconds: this.#seconds(),
		};
		await saveModel(this.folder.path, this.#facts(), model.state());
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

	#seconds(): number {
		return (performance.now() - this.#started) / 1000;
	}
}

interface SessionParts {
	readonly config: RunConfig;
	readonly opened: OpenedData;
	readonly data: PreparedData;
	readonly executor: Executor;
	readonly folder: RunFolder<TrainingState>;
	readonly signal: AbortSignal | undefined;
}

function prepare(config: RunConfig, opened: OpenedData): Promise<PreparedData> {
	return opened.prepare(splitOf(config, opened));
}
