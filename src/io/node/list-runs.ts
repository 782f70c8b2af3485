/** The runs in a folder: what `gradus runs` shows. */
import { randomBytes } from "node:crypto";
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GradusError } from "../../core/errors.ts";
import type { EndReason, StartEvent } from "../../runs/events.ts";
import type { RunRecord } from "../../runs/read-run.ts";
import { FileError } from "../errors.ts";
import { readRunFolder } from "./run-folder.ts";
import { readRunInfo, runFiles } from "./run-info.ts";
import { lockHolder } from "./run-lock.ts";

/** Where a run stands. */
export type RunState =
	/** It came to its end, whatever that was. */
	| "finished"
	/** It was stopped and can go on. */
	| "interrupted"
	/** Its process died; it can go on. */
	| "crashed"
	| "running"
	/** Its folder is damaged or of a later Gradus. */
	| "unreadable";

/** A run in a line. */
export interface RunSummary {
	readonly name: string;
	readonly path: string;
	readonly state: RunState;
	/** Why it ended; null while it has not. */
	readonly reason: EndReason | null;
	/** Best value of the score that judges; null if no epoch was completed. */
	readonly best: { readonly name: string; readonly value: number; readonly epoch: number } | null;
	/** Completed, and wanted. */
	readonly epochs: number;
	readonly epochsWanted: number | null;
	/** What it was trained on. */
	readonly data: string | null;
	/** ISO 8601. */
	readonly created: string | null;
	/** Why it is unreadable. */
	readonly problem: string | null;
}

/** The runs in a folder, the newest first; none if the folder is not there. Other things in it are passed over. */
export async function listRuns(parent: string): Promise<RunSummary[]> {
	const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
	const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
	const summaries = await Promise.all(folders.map(({ name }) => summarizeRun(join(parent, name))));
	return summaries
		.filter((summary) => summary !== null)
		.sort((a, b) => (b.created ?? "").localeCompare(a.created ?? "") || b.name.localeCompare(a.name, "en", { numeric: true }));
}

/** A run in a line; null if the folder is no run's. */
export async function summarizeRun(path: string): Promise<RunSummary | null> {
	const name = basename(path);
	const nothing = { name, path, reason: null, best: null, epochs: 0, epochsWanted: null, data: null, created: null, problem: null };
	try {
		const { info, run } = await readRunFolder(path);
		return {
			...nothing,
			state: lockHolder(join(path, runFiles.lock)) === null ? stateOf(run) : "running",
			reason: run.end?.reason ?? null,
			best: bestOf(run),
			epochs: run.epochs.length,
			epochsWanted: run.start?.epochs ?? null,
			data: run.start === null ? null : dataOf(run.start),
			created: info.created,
		};
	} catch (error) {
		if (!(error instanceof GradusError)) throw error;
		if (error instanceof FileError && error.fault === "missing") return null;
		return { ...nothing, state: "unreadable", problem: error.message };
	}
}

function stateOf({ end }: RunRecord): RunState {
	if (end === null) return "crashed";
	return end.reason === "interrupted" || end.reason === "disk full" ? "interrupted" : "finished";
}

function bestOf({ start, epochs }: RunRecord): RunSummary["best"] {
	const best = epochs.findLast((event) => event.best);
	if (start === null || best === undefined) return null;
	const { name } = start.monitor;
	const scores = best.validation ?? best.train;
	return { name, value: Object.hasOwn(scores, name) ? scores[name] : Number.NaN, epoch: best.epoch };
}

function dataOf({ config }: StartEvent): string | null {
	const { data } = config as { data?: { source?: unknown } };
	return typeof data?.source === "string" ? data.source : null;
}

/** Removes a run with all it holds. @throws FileError as `removeRuns` does */
export function removeRun(path: string): Promise<void> {
	return removeRuns([path]);
}

/**
 * Removes runs with all they hold: all of them, or none if one cannot be removed. Each disappears at once, then its files are deleted.
 *
 * @throws FileError if one is no run folder, or a process trains it
 */
export async function removeRuns(paths: readonly string[]): Promise<void> {
	const folders = new Set(paths.map((path) => resolve(path)));
	for (const path of paths) await checkRemovable(path);
	for (const folder of folders) {
		const going = join(dirname(folder), `.removed-${randomBytes(4).toString("hex")}`);
		await rename(folder, going);
		await rm(going, { recursive: true, force: true, maxRetries: 3 });
	}
}

async function checkRemovable(path: string): Promise<void> {
	const folder = resolve(path);
	const isFolder = (await lstat(folder).catch(() => null))?.isDirectory() ?? false;
	if (!isFolder) throw new FileError("missing", `${path}: there is no such run folder.\n  Try: gradus runs lists the runs.`, path);
	// Runs of a later Gradus may go too, but nothing that is no run.
	await readRunInfo(folder).catch((error: unknown) => {
		if (error instanceof FileError && error.fault === "missing") throw error;
	});
	const holder = lockHolder(join(folder, runFiles.lock));
	if (holder !== null) throw new FileError("in use", `${path}: process ${holder.pid} trains this run.\n  Try: end it first.`, path);
}
