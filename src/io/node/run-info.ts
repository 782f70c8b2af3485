/** What a run folder says of itself: `run.json`. */
import { join } from "node:path";
import { gradusVersion } from "../../core/version.ts";
import { FileError, refuseDamaged, refuseNewer } from "../errors.ts";
import { readText } from "./durable-file.ts";

/** A run folder's record of itself. */
export interface RunInfo {
	/** Version of the folder's layout. */
	readonly format: 1;
	/** The Gradus that made it. */
	readonly gradus: string;
	readonly name: string;
	/** ISO 8601. */
	readonly created: string;
}

/** Files in a run folder. */
export const runFiles = {
	info: "run.json",
	config: "config.yaml",
	journal: "journal.jsonl",
	checkpoints: "checkpoints",
	lock: "lock",
	report: "report.html",
} as const;

const FORMAT = 1;

/** The record of a new run. */
export function newRunInfo(name: string): RunInfo {
	return { format: FORMAT, gradus: gradusVersion, name, created: new Date().toISOString() };
}

/** @throws FileError if the folder is no run's, its record is damaged, or a later Gradus made it */
export async function readRunInfo(folder: string): Promise<RunInfo> {
	const path = join(folder, runFiles.info);
	const text = await readText(path).catch(() => {
		throw new FileError(
			"missing",
			`${folder}: this is no run folder; it has no ${runFiles.info}.\n  Try: gradus runs lists the runs.`,
			folder,
		);
	});
	let fields: Partial<Record<keyof RunInfo, unknown>>;
	try {
		fields = JSON.parse(text) ?? {};
	} catch {
		return refuseDamaged(path, "JSON", "other text");
	}
	const { format, gradus, name, created } = fields;
	if (typeof format === "number" && format > FORMAT) refuseNewer(folder, { format, by: gradus, known: FORMAT });
	if (format !== FORMAT || typeof gradus !== "string" || typeof name !== "string" || typeof created !== "string") {
		return refuseDamaged(path, `format ${FORMAT}, gradus, name and created`, text.slice(0, 60));
	}
	return { format: FORMAT, gradus, name, created };
}
