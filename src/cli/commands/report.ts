/** `gradus report`. */
import { join } from "node:path";
import { writeDurably } from "../../io/node/durable-file.ts";
import { readRunInfo, runFiles } from "../../io/node/run-info.ts";
import { type FinishedRun, reopenRun } from "../../project/finished-run.ts";
import { reportData } from "../../project/report-data.ts";
import { diagnose } from "../../report/diagnosis/diagnose.ts";
import { reportText } from "../../report/report-text.ts";
import { runReport } from "../../report/run-report.ts";
import type { RunReportData } from "../../report/run-report-data.ts";
import type { Scores } from "../../runs/events.ts";
import { withOwnName } from "../own-name.ts";
import type { Terminal } from "../terminal.ts";

/** Writes the report of a run into its folder; gives the file's path. */
export async function writeReport(run: FinishedRun): Promise<string> {
	return writeReportOf(run, await reportData(run));
}

async function writeReportOf({ path }: FinishedRun, data: RunReportData): Promise<string> {
	const file = join(path, runFiles.report);
	await writeDurably(file, runReport(data));
	return file;
}

/** Writes a run's report again, or prints it in words. */
export async function report(path: string, { text = false }: { readonly text?: boolean }, terminal: Terminal): Promise<undefined> {
	const { out, json, ownName } = terminal;
	// So that what is no run is said to be none, and not to lack one of its files.
	await readRunInfo(path);
	const run = await reopenRun(path);
	try {
		const data = await reportData(run);
		if (text && !json) {
			out(withOwnName(reportText(data), ownName));
			return;
		}
		const file = await writeReportOf(run, data);
		out(json ? JSON.stringify(summaryOf(file, run, data)) : file);
	} finally {
		await run.opened.close();
		await run.executor.close?.();
	}
}

/** What `report --json` prints. */
export interface ReportSummary {
	/** Path of the HTML file. */
	readonly report: string;
	/** The run's folder. */
	readonly run: string;
	/** Why it ended; null if it has not. */
	readonly end: string | null;
	/** Of the weights that were kept; null without such data. */
	readonly scores: { readonly validation: Scores | null; readonly test: Scores | null };
	/** The gravest first. */
	readonly diagnoses: readonly { readonly kind: string; readonly evidence: string; readonly advice: string }[];
}

function summaryOf(file: string, { path, evaluations: { validation, test } }: FinishedRun, data: RunReportData): ReportSummary {
	return {
		report: file,
		run: path,
		end: data.run.end?.reason ?? null,
		scores: { validation: validation?.scores ?? null, test: test?.scores ?? data.run.test?.scores ?? null },
		diagnoses: diagnose(data).map(({ kind, evidence, advice }) => ({ kind, evidence, advice })),
	};
}
