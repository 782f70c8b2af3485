/**
 * Checkpoints in a folder: `step-0000123.safetensors`, the last two of them. The best weights change rarely, so they lie in a file of their
 * own, `best-<checksum>.safetensors`, to which checkpoints refer.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError, refuseDamaged } from "../errors.ts";
import { decodeState, encodeSealedState, encodeState } from "../state-file.ts";
import { readBytes, removeUnfinished, writeDurably } from "./durable-file.ts";

/** What checkpoints need to know of a training state. */
export interface CheckpointState {
	/** Steps done. */
	readonly step: number;
	readonly best: { readonly model: object } | null;
}

/** A checkpoint that could not be used. */
export interface RejectedCheckpoint {
	readonly file: string;
	readonly why: string;
}

/** What a folder gave. */
export interface LoadedCheckpoint<S> {
	/** Null if there is no checkpoint that can be used. */
	readonly state: S | null;
	/** Name of its file. */
	readonly file: string | null;
	/** Newer ones that are damaged. */
	readonly rejected: readonly RejectedCheckpoint[];
}

/** Options of `CheckpointFolder.open`. */
export interface CheckpointFolderOptions {
	/** Checkpoints that stay, besides the best weights. Default 2: one, and one before it if that is damaged. */
	readonly keepCount?: number;
	/** Writes a file whole or not at all. Default `writeDurably`. */
	readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** Stands in a checkpoint for the best weights. */
interface BestFile {
	readonly file: string;
}

const CHECKPOINT = /^step-(\d{7,})\.safetensors$/;
const BEST = /^best-[0-9a-f]{32}\.safetensors$/;

/** Keeps training states in a folder. */
export class CheckpointFolder<S extends CheckpointState> {
	readonly path: string;
	readonly #keepCount: number;
	readonly #write: (path: string, bytes: Uint8Array) => Promise<void>;
	/** Which file holds which best weights; states share one object while the best does not change. */
	readonly #bestFiles = new WeakMap<object, string>();
	/** Best weights that checkpoints refer to, by the checkpoint's file. */
	readonly #referred = new Map<string, string | null>();
	readonly #rejected = new Set<string>();
	readonly #removedBest = new Set<string>();

	private constructor(path: string, { keepCount = 2, write = writeDurably }: CheckpointFolderOptions) {
		this.path = path;
		this.#keepCount = keepCount;
		this.#write = write;
	}

	/** Opens the folder for writing, made if need be, and removes what a process that died left half written. */
	static async open<S extends CheckpointState>(path: string, options: CheckpointFolderOptions = {}): Promise<CheckpointFolder<S>> {
		await mkdir(path, { recursive: true });
		await removeUnfinished(path);
		return new CheckpointFolder<S>(path, options);
	}

	/**
	 * Writes a checkpoint, then removes those that are no longer needed. When it resolves, the state outlasts a loss of power.
	 *
	 * @returns the file's name
	 * @throws the system's error, such as one with code ENOSPC; what was there before stands
	 */
	async save(state: S, _reason?: string): Promise<string> {
		const file = `step-${String(state.step).padStart(7, "0")}.safetensors`;
		const best = state.best === null ? null : await this.#saveBest(state.best.model);
		const saved = best === null ? state : { ...state, best: { ...state.best, model: { file: best } satisfies BestFile } };
		try {
			await this.#write(join(this.path, file), await encodeState(saved));
		} catch (error) {
			// On a full disk, best weights to which nothing refers take the room that others need.
			await this.#removeBestExcept(await this.#keptUpTo(state.step)).catch(() => {});
			throw error;
		}
		this.#referred.set(file, best);
		this.#rejected.delete(file);
		await this.#prune(state.step);
		return file;
	}

	async #saveBest(model: object): Promise<string> {
		const known = this.#bestFiles.get(model);
		if (known !== undefined && !this.#removedBest.has(known)) return known;
		const { bytes, checksum } = await encodeSealedState(model);
		const file = `best-${checksum.slice(0, 32)}.safetensors`;
		await this.#write(join(this.path, file), bytes);
		this.#bestFiles.set(model, file);
		this.#removedBest.delete(file);
		return file;
	}

	/**
	 * The latest checkpoint that is whole; those after it that are damaged are named. If none has its best weights, the latest without them.
	 *
	 * @throws FileError if a later Gradus wrote one: going on from an older one would lose what it did
	 */
	async loadLatest(): Promise<LoadedCheckpoint<S>> {
		const rejected: RejectedCheckpoint[] = [];
		let withoutBest: { file: string; state: S } | null = null;
		for (const file of (await this.files()).reverse()) {
			try {
				const state = await this.#read(file);
				if (state.best !== null) {
					const { file: bestFile } = state.best.model as BestFile;
					withoutBest ??= { file, state: { ...state, best: null } };
					const model = (await this.#decode(bestFile)) as object;
					this.#bestFiles.set(model, bestFile);
					return { state: { ...state, best: { ...state.best, model } }, file, rejected };
				}
				return { state, file, rejected };
			} catch (error) {
				if (!(error instanceof FileError) || error.fault === "newer") throw error;
				this.#rejected.add(file);
				rejected.push({ file, why: error.message });
			}
		}
		if (withoutBest === null) return { state: null, file: null, rejected };
		this.#rejected.delete(withoutBest.file);
		return { ...withoutBest, rejected };
	}

	/** Names of the checkpoints, oldest first. */
	async files(): Promise<string[]> {
		const names = await readdir(this.path);
		return names.filter((name) => CHECKPOINT.test(name)).sort((a, b) => stepOf(a) - stepOf(b));
	}

	async #read(file: string): Promise<S> {
		const state = (await this.#decode(file)) as S;
		const { step, best } = (state ?? {}) as Partial<S>;
		const bestFile = best === null ? null : (best?.model as Partial<BestFile> | undefined)?.file;
		// The name comes from a file: it must not lead out of the folder.
		const isValid = step === stepOf(file) && (bestFile === null || (typeof bestFile === "string" && BEST.test(bestFile)));
		if (!isValid) refuseDamaged(join(this.path, file), `the state after step ${stepOf(file)}`, "another state");
		this.#referred.set(file, bestFile ?? null);
		return state;
	}

	async #decode(file: string): Promise<unknown> {
		const path = join(this.path, file);
		return decodeState(await readBytes(path), path);
	}

	/** Leaves the newest checkpoints up to `step` and the best weights they refer to; later ones were superseded by this one. */
	async #prune(step: number): Promise<void> {
		const kept = await this.#keptUpTo(step);
		for (const file of await this.files()) if (!kept.includes(file)) await rm(join(this.path, file), { force: true });
		await this.#removeBestExcept(kept);
	}

	async #keptUpTo(step: number): Promise<string[]> {
		const files = (await this.files()).filter((file) => stepOf(file) <= step && !this.#rejected.has(file));
		return files.slice(-this.#keepCount);
	}

	async #removeBestExcept(checkpoints: readonly string[]): Promise<void> {
		for (const file of checkpoints) {
			if (this.#referred.has(file)) continue;
			try {
				await this.#read(file);
			} catch (error) {
				// What a file that cannot be read right now refers to may be needed.
				if (!(error instanceof FileError && error.fault === "damaged")) return;
				this.#rejected.add(file);
			}
		}
		const needed = new Set(checkpoints.map((file) => this.#referred.get(file)));
		for (const name of await readdir(this.path)) {
			if (!BEST.test(name) || needed.has(name)) continue;
			await rm(join(this.path, name), { force: true });
			this.#removedBest.add(name);
		}
	}
}

function stepOf(file: string): number {
	return Number(CHECKPOINT.exec(file)?.[1]);
}
