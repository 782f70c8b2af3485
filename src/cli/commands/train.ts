/** `gradus train` and `gradus resume`. */
import { noRoomReason } from "../../io/errors.ts";
import { readRunFolder } from "../../io/node/run-folder.ts";
import { type RunResult, Session } from "../../project/session.ts";
import { hasModel } from "../../project/trained-model.ts";
import { runStanding } from "../../report/run-standing.ts";
import type { RunEvent } from "../../runs/events.ts";
import type { TrainFlags } from "../config-from-flags.ts";
import { showDataProgress } from "../data-progress.ts";
import { INTERRUPTED, reportError, USER_ERROR, withFlags } from "../errors.ts";
import { openTrainingData } from "../open-training-data.ts";
import { withOwnName } from "../own-name.ts";
import { Progress } from "../progress.ts";
import { interruptedText, noRoomText, resultText } from "../run-result.ts";
import { onInterrupt, type Terminal } from "../terminal.ts";

/** Flags of `train` besides those of the config. */
export interface TrainCommandFlags extends TrainFlags {
	readonly out: string;
}

/** Trains; gives the exit code. */
export async function train(data: string | undefined, flags: TrainCommandFlags, terminal: Terminal): Promise<number> {
	const { config, opened, remarks } = await openTrainingData(data, flags, terminal);
	if (config.data.folds !== undefined) return (await import("./folds.ts")).trainFolds(config, opened, terminal);
	return withInterrupt(terminal, async (signal) => {
		const session = await Session.start(config, { parent: flags.out, signal, opened, remarks });
		for (const remark of session.data.remarks) terminal.screen.write(`${withFlags(remark)}\n`);
		return runSession(session, terminal).finally(() => session.close());
	});
}

/** Goes on with a run; gives the exit code. */
export async function resume(run: string, terminal: Terminal): Promise<number> {
	const record = (await readRunFolder(run)).run;
	// A run that ended while its model was being saved has that left to do.
	if (runStanding(record).isOver && hasModel(run)) {
		terminal.out(`${run}: ${runStanding(record).text} Nothing is left to do.`);
		return 0;
	}
	return withInterrupt(terminal, async (signal) => {
		const session = await Session.resume(run, { signal, onProgress: showDataProgress(terminal.screen, "the data") });
		for (const { file, why } of session.rejected)
			terminal.screen.write(`${file} cannot be used: ${why}; the checkpoint before it is taken.\n`);
		return runSession(session, terminal).finally(() => session.close());
	});
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
	const { screen, ownName } = terminal;
	const tell = (text: string): void => screen.write(`${withOwnName(text, ownName)}\n`);
	try {
		await showRun(session, terminal);
	} catch (error) {
		if (noRoomReason(error) === null) throw error;
		const code = reportError(error, terminal);
		tell(noRoomText({ run: session.folder.path }));
		return code;
	}
	const { result } = session;
	const text = UNFINISHED[result.reason];
	const report = text === undefined ? await reportOf(session, terminal) : null;
	if (terminal.json) terminal.out(JSON.stringify({ kind: "result", ...result }));
	if (text !== undefined) {
		tell(text(result));
		return result.reason === "interrupted" ? INTERRUPTED : USER_ERROR;
	}
	if (!terminal.json) terminal.out(withOwnName(resultText(result, { report, input: session.data.input.kind }), ownName));
	return result.reason === "not finite" ? USER_ERROR : 0;
}

/** What is said of runs that are not over, by the reason for which they stopped. */
const UNFINISHED: Readonly<Record<string, (result: RunResult) => string>> = { interrupted: interruptedText, "disk full": noRoomText };

/** Runs it to its end, event by event before the user's eyes. */
async function showRun(session: Session, terminal: Terminal): Promise<void> {
	const progress = new Progress(terminal.screen);
	const { trainer, plan } = session.assembly;
	progress.setTotals({ steps: trainer.totalSteps, epochs: plan.epochs });
	for await (const event of session.run()) {
		if (terminal.json) printRecord(event, terminal);
		else progress.onEvent(event);
	}
	progress.clear();
}

/** The report's path; null where it could not be written, which costs a report and not the run. */
async function reportOf(session: Session, { screen }: Terminal): Promise<string | null> {
	try {
		const { writeReport } = await import("./report.ts");
		return await writeReport(await session.finished());
	} catch (error) {
		screen.write(`The report could not be written: ${(error as Error).message}\n`);
		return null;
	}
}

function printRecord(event: RunEvent, terminal: Terminal): void {
	if (event.kind === "step" || event.kind === "layers") return;
	terminal.out(JSON.stringify(event));
}
