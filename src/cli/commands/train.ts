/** `gradus train` and `gradus resume`. */
import { relative } from "node:path";
import type { RunConfig } from "../../config/run-config.ts";
import { readRunFolder } from "../../io/node/run-folder.ts";
import { openData } from "../../project/data/open.ts";
import type { OpenedData } from "../../project/data/opened.ts";
import { type RunResult, Session } from "../../project/session.ts";
import type { RunEvent } from "../../runs/events.ts";
import { configFromFlags, type TrainFlags } from "../config-from-flags.ts";
import { INTERRUPTED, USER_ERROR, withFlags } from "../errors.ts";
import { duration } from "../format.ts";
import { Progress, scoresText } from "../progress.ts";
import { onInterrupt, type Terminal } from "../terminal.ts";

/** Flags of `train` besides those of the config. */
export interface TrainCommandFlags extends TrainFlags {
	readonly out: string;
	readonly keepLeaks?: boolean;
}

/** Trains; gives the exit code. */
export async function train(data: string | undefined, flags: TrainCommandFlags, terminal: Terminal): Promise<number> {
	const asked = await configFromFlags(data, flags);
	const { config, opened } = await withoutLeaks(asked, flags, terminal);
	for (const remark of opened.remarks) terminal.screen.write(`${remark}\n`);
	if (config.data.folds !== undefined) return (await import("./folds.ts")).trainFolds(config, opened, terminal);
	return withInterrupt(terminal, async (signal) => {
		const session = await Session.start(config, { parent: flags.out, signal, opened });
		for (const remark of session.data.remarks) terminal.screen.write(`${withFlags(remark)}\n`);
		return runSession(session, terminal).finally(() => session.close());
	});
}

/** Goes on with a run; gives the exit code. */
export async function resume(run: string, terminal: Terminal): Promise<number> {
	const { end } = (await readRunFolder(run)).run;
	if (end !== null && end.reason !== "interrupted" && end.reason !== "disk full") {
		terminal.out(`${run} is over: ${end.reason} after ${end.epoch} epochs. Nothing is left to do.`);
		return 0;
	}
	return withInterrupt(terminal, async (signal) => {
		const session = await Session.resume(run, { signal });
		for (const { file, why } of session.rejected)
			terminal.screen.write(`${file} cannot be used: ${why}; the checkpoint before it is taken.\n`);
		return runSession(session, terminal).finally(() => session.close());
	});
}

/** Opens the data; columns that give the target away are pointed out and, unless the user wants them, left out. */
async function withoutLeaks(
	config: RunConfig,
	flags: TrainCommandFlags,
	{ screen }: Terminal,
): Promise<{ config: RunConfig; opened: OpenedData }> {
	const opened = await openData(config);
	if (opened.leaks.length === 0) return { config, opened };
	for (const { text } of opened.leaks) screen.write(`Possible leak: ${text}\n`);
	if (flags.keepLeaks) {
		screen.write("  It is kept, as asked: the model may look better than it is.\n");
		return { config, opened };
	}
	const columns = opened.leaks.map(({ column }) => column);
	screen.write(`  Left out: ${columns.join(", ")}. To train with it all the same: --keep-leaks.\n`);
	await opened.close();
	const honest = { ...config, data: { ...config.data, exclude: [...config.data.exclude, ...columns] } };
	return { config: honest, opened: await openData(honest) };
}

/** Ctrl-C ends after the step under way; a second one at once. */
async function withInterrupt(terminal: Terminal, run: (signal: AbortSignal) => Promise<number>): Promise<number> {
	const controller = new AbortController();
	const end = onInterrupt(() => {
		terminal.screen.write("\nStopping after this step and saving. Ctrl-C again to stop at once.\n");
		controller.abort();
	}, INTERRUPTED);
	try {
		return await run(controller.signal);
	} finally {
		end();
	}
}

async function runSession(session: Session, terminal: Terminal): Promise<number> {
	const progress = new Progress(terminal.screen);
	const { trainer } = session.assembly;
	progress.setTotals({ steps: trainer.totalSteps, epochs: session.assembly.plan.epochs, perEpoch: trainer.stepsPerEpoch });
	for await (const event of session.run()) {
		if (terminal.json) printRecord(event, terminal);
		else progress.onEvent(event);
	}
	progress.clear();
	const { result } = session;
	if (result.reason === "interrupted") {
		terminal.screen.write(`Saved. Go on with: gradus resume ${shortPath(result.run)}\n`);
		if (terminal.json) terminal.out(JSON.stringify({ kind: "result", ...result }));
		return INTERRUPTED;
	}
	const report = await reportOf(session).catch((error: Error) => {
		terminal.screen.write(`The report could not be written: ${error.message}\n`);
		return null;
	});
	if (terminal.json) terminal.out(JSON.stringify({ kind: "result", ...result }));
	else printResult(result, report, session.data.input.kind === "table", terminal);
	return result.reason === "not finite" || result.reason === "disk full" ? USER_ERROR : 0;
}

async function reportOf(session: Session): Promise<string> {
	const { writeReport } = await import("./report.ts");
	return writeReport(await session.finished());
}

function printRecord(event: RunEvent, terminal: Terminal): void {
	if (event.kind === "step" || event.kind === "layers") return;
	terminal.out(JSON.stringify(event));
}

function printResult(result: RunResult, report: string | null, isTable: boolean, { out }: Terminal): void {
	const run = shortPath(result.run);
	const lines = [`${result.reason === "finished" ? "Done" : `Ended: ${result.reason}`} in ${duration(result.seconds)}.`];
	if (result.validation !== null) lines.push(`  validation  ${scoresText(result.validation)}`);
	if (result.test !== null) lines.push(`  test        ${scoresText(result.test)}`);
	if (result.reason === "not finite") {
		lines.push(`  The journal says where it began: gradus runs show ${run}`, "  Try: a smaller --lr, or clipNorm in a config.");
		out(lines.join("\n"));
		return;
	}
	lines.push(`  model       ${run}/model.json and model.safetensors`);
	if (report !== null) lines.push(`  report      ${shortPath(report)}`);
	lines.push("", "Next:");
	lines.push(`  gradus predict ${run} ${isTable ? "new-rows.csv" : "image.png"}`);
	lines.push(`  gradus report ${run} --text`, "  gradus runs");
	out(lines.join("\n"));
}

/** As short as it can be typed. */
export function shortPath(path: string): string {
	const short = relative(process.cwd(), path);
	return short.startsWith("..") ? path : short;
}
