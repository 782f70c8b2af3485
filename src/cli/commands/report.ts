/** `gradus report`. */
import { join } from "node:path";
import { writeDurably } from "../../io/node/durable-file.ts";
import { runFiles } from "../../io/node/run-info.ts";
import { type FinishedRun, reopenRun } from "../../project/finished-run.ts";
import { reportData } from "../../project/report-data.ts";
import { reportText } from "../../report/report-text.ts";
import { runReport } from "../../report/run-report.ts";
import type { Terminal } from "../terminal.ts";

/** Writes the report of a run into its folder; gives the file's path. */
export async function writeReport(run: FinishedRun): Promise<string> {
	const file = join(run.path, runFiles.report);
	await writeDurably(file, runReport(await reportData(run)));
	return file;
}

/** Writes a run's report again, or prints it in words. */
export async function report(path: string, { text = false }: { readonly text?: boolean }, { out, json }: Terminal): Promise<undefined> {
	const run = await reopenRun(path);
	try {
		if (text) {
			out(reportText(await reportData(run)));
			return;
		}
		const file = await writeReport(run);
		out(json ? JSON.stringify({ report: file }) : file);
	} finally {
		await run.opened.close();
		await run.executor.close?.();
	}
}
