/** The model of a run, or what the run lacks to have one. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearestNames } from "../core/nearest.ts";
import { FileError } from "../io/errors.ts";
import { modelFiles } from "../io/model-file.ts";
import { listRuns, type RunSummary, summarizeRun } from "../io/node/list-runs.ts";
import { loadModel } from "../predict/load-model.ts";
import type { Model } from "../predict/model.ts";

/** Whether a run has trained to its end and saved its model. */
export function hasModel(run: string): boolean {
	return existsSync(join(run, modelFiles.record));
}

/**
 * Loads a run's model.
 *
 * @throws FileError that says how the run stands and how to go on, if it has none yet; as `loadModel` does, if it is damaged
 */
export async function loadRunModel(run: string): Promise<Model> {
	if (hasModel(run) || run.endsWith(modelFiles.record)) return loadModel(run);
	if (!existsSync(run)) throw new FileError("missing", `${run}: there is no such folder.\n  Try: ${attempt(namesLike(run))}.`, run);
	const summary = await summarizeRun(run);
	if (summary === null) {
		const text = `${run}: expected a run's folder, or one with ${modelFiles.record}; received a folder with neither.`;
		const inside = (await listRuns(run)).slice(0, 3).map(({ path }) => path);
		throw new FileError("missing", `${text}\n  Try: ${attempt(inside)}.`, run);
	}
	throw new FileError("missing", `${run}: this run has no trained model yet. ${stateText(summary, run)}`, run);
}

function attempt(paths: readonly string[]): string {
	return paths.length > 0 ? paths.join(" or ") : "gradus runs lists the runs";
}

/** Folders beside it with a name like that. */
function namesLike(run: string): string[] {
	const parent = dirname(run);
	const entries = existsSync(parent) ? readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
	const near = nearestNames(
		basename(run),
		entries.map(({ name }) => name),
	);
	return near.map((name) => join(parent, name));
}

function stateText({ state, epochs, epochsWanted, problem }: RunSummary, run: string): string {
	const progress = epochsWanted === null ? "before its first epoch" : `after ${epochs} of ${epochsWanted} epochs`;
	const goOn = `\n  Try: gradus resume ${run} goes on with it.`;
	switch (state) {
		case "running":
			return `It is being trained now, ${epochs} of ${epochsWanted ?? "its"} epochs so far.\n  Try: again when it is done, or gradus report ${run} --text.`;
		case "interrupted":
			return `It was interrupted ${progress}.${goOn}`;
		case "crashed":
			return `Its process ended ${progress}, before the model was saved.${goOn}`;
		case "finished":
			return `It trained to its end, and was ended before the model was saved.${goOn}`;
		case "unreadable":
			return `${problem}`;
		default:
			throw state satisfies never;
	}
}
