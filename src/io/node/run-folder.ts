/**
 * A run's folder: run.json, config.yaml, journal.jsonl, checkpoints/, and later model.json, model.safetensors and report.html. Opening one
 * locks it, so that a run is trained by one process at a time; reading needs no lock.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { ArgumentError } from "../../core/errors.ts";
import { type RunRecord, readRun } from "../../runs/read-run.ts";
import { FileError, refuseDamaged } from "../errors.ts";
import { CheckpointFolder, type CheckpointFolderOptions, type CheckpointState, type LoadedCheckpoint } from "./checkpoint-folder.ts";
import { readText, syncFolder, writeDurably } from "./durable-file.ts";
import { JournalFile, readJournalFile } from "./journal-file.ts";
import { newRunInfo, type RunInfo, readRunInfo, runFiles } from "./run-info.ts";
import { type RunLock, takeLock } from "./run-lock.ts";

/** A config as it is written to config.yaml. */
export type PlainConfig = Readonly<Record<string, unknown>>;

/** A run's folder, open and locked for training. */
export class RunFolder<S extends CheckpointState> {
	readonly path: string;
	readonly info: RunInfo;
	readonly config: PlainConfig;
	readonly journal: JournalFile;
	readonly #checkpoints: CheckpointFolder<S>;
	readonly #lock: RunLock;

	private constructor(path: string, parts: { info: RunInfo; config: PlainConfig; checkpoints: CheckpointFolder<S>; lock: RunLock }) {
		this.path = path;
		this.info = parts.info;
		this.config = parts.config;
		this.#checkpoints = parts.checkpoints;
		this.#lock = parts.lock;
		this.journal = new JournalFile(join(path, runFiles.journal));
	}

	/**
	 * Makes `<parent>/<name>-1`, or -2 … if that is taken, even when several processes do so at once.
	 *
	 * @param name - letters, digits, dots, hyphens; others become hyphens
	 * @throws the system's error; nothing is left behind then
	 */
	static async create<S extends CheckpointState>(
		parent: string,
		name: string,
		given: { readonly config: PlainConfig; readonly checkpoints?: CheckpointFolderOptions },
	): Promise<RunFolder<S>> {
		const path = await makeNumberedFolder(parent, plainName(name));
		try {
			await writeDurably(join(path, runFiles.config), stringify(given.config));
			// Last, for a folder with it is a run.
			await writeDurably(join(path, runFiles.info), `${JSON.stringify(newRunInfo(basename(path)), null, "\t")}\n`);
			await syncFolder(parent);
			return await RunFolder.open<S>(path, given.checkpoints);
		} catch (error) {
			await rm(path, { recursive: true, force: true });
			throw error;
		}
	}

	/**
	 * Opens a run to go on with it.
	 *
	 * @throws FileError if it is no run folder, was made by a later Gradus, is damaged, or another process trains it
	 */
	static async open<S extends CheckpointState>(path: string, options: CheckpointFolderOptions = {}): Promise<RunFolder<S>> {
		const info = await readRunInfo(path);
		const config = await readRunConfig(path);
		const lock = takeLock(join(path, runFiles.lock));
		try {
			const checkpoints = await CheckpointFolder.open<S>(join(path, runFiles.checkpoints), options);
			return new RunFolder<S>(path, { info, config, checkpoints, lock });
		} catch (error) {
			lock.release();
			throw error;
		}
	}

	/** Writes a checkpoint, after what the journal kept back: a run that goes on from it must not miss records of steps before it. */
	async save(state: S, reason?: string): Promise<string> {
		this.journal.flush();
		return `${runFiles.checkpoints}/${await this.#checkpoints.save(state, reason)}`;
	}

	/** The latest checkpoint that is whole. @throws FileError if a later Gradus wrote one */
	loadLatest(): Promise<LoadedCheckpoint<S>> {
		return this.#checkpoints.loadLatest();
	}

	/** Closes the journal and gives up the lock. @returns events that could not be written, as when the disk is full */
	close(): number {
		const lostCount = this.journal.close();
		this.#lock.release();
		return lostCount;
	}
}

/** The config that a run was made with. @throws FileError if it cannot be read or is no YAML object */
export async function readRunConfig(folder: string): Promise<PlainConfig> {
	const path = join(folder, runFiles.config);
	const text = await readText(path);
	let config: unknown;
	try {
		config = parse(text);
	} catch (error) {
		return refuseDamaged(path, "YAML", (error as Error).message.split("\n")[0]);
	}
	if (typeof config === "object" && config !== null && !Array.isArray(config)) return config as PlainConfig;
	return refuseDamaged(path, "the options of a run", text.slice(0, 60));
}

/** What a run did so far, read without its lock. @throws FileError if the folder is no run's or of a later Gradus */
export async function readRunFolder(folder: string): Promise<{ readonly info: RunInfo; readonly run: RunRecord }> {
	const info = await readRunInfo(folder);
	const { events } = await readJournalFile(join(folder, runFiles.journal)).catch((error: unknown) => {
		// A run that was killed at once has none yet.
		if (error instanceof FileError && error.fault === "missing") return { events: [] };
		throw error;
	});
	return { info, run: readRun(events) };
}

function plainName(name: string): string {
	const plain = name
		.normalize("NFC")
		.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
		.replace(/^[-.]+/, "")
		.slice(0, 60);
	if (plain === "") throw new ArgumentError(`run folder: expected a name with letters or digits, received ${JSON.stringify(name)}.`);
	return plain;
}

async function makeNumberedFolder(parent: string, name: string): Promise<string> {
	await mkdir(parent, { recursive: true });
	const numbers = (await readdir(parent)).flatMap((entry) => {
		const number = entry.startsWith(`${name}-`) ? entry.slice(name.length + 1) : "";
		return /^\d{1,9}$/.test(number) ? [Number(number)] : [];
	});
	for (let number = Math.max(0, ...numbers) + 1; ; number++) {
		const path = join(parent, `${name}-${number}`);
		try {
			await mkdir(path);
			return path;
		} catch (error) {
			if ((error as { code?: string }).code !== "EEXIST") throw error;
		}
	}
}
