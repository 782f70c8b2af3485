/** `gradus report`. */
import type { FinishedRun } from "../../project/finished-run.ts";
import { reopenRun } from "../../project/finished-run.ts";
import type { Terminal } from "../terminal.ts";

/** Writes the report of a run; gives its path. */
export async function writeReport(_run: FinishedRun): Promise<string | null> {
	return null;
}

/** Writes a run's report again, or prints it in words. */
export async function report(
	path: string,
	{ text: _text = false }: { readonly text?: boolean },
	{ out, json }: Terminal,
): Promise<undefined> {
	const run = await reopenRun(path);
	try {
		const file = await writeReport(run);
		out(json ? JSON.stringify({ report: file }) : String(file));
	} finally {
		await run.opened.close();
		await run.executor.close?.();
	}
}
