/**
 * A table larger than memory is meant to be, from the file to a scored model: made, trained on for one epoch with the command line's
 * defaults, and removed. Tells seconds and memory of each phase, and how near the model came to the best possible.
 *
 *     npm run -s bench -- large-csv [--gigabytes 2] [--columns 20] [--folder /tmp] [--json]
 *
 * 2 GB take some five GB of the folder for a while. The peak of resident memory is the process's own count (VmHWM), which needs Linux.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type MadeTable, makeTable } from "./make-table.ts";
import { type Phase, type WatchedRun, watchRun } from "./watch-run.ts";

/** What docs/performance.md promises for 2 GB. */
const MOST_MEMORY = 1e9;

const { values } = parseArgs({
	options: {
		gigabytes: { type: "string", default: "2" },
		columns: { type: "string", default: "20" },
		folder: { type: "string", default: tmpdir() },
		json: { type: "boolean", default: false },
	},
});

/** Progress goes to standard error, so that `--json` leaves one line on standard output. */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Lines of `gradus train --json` with which something else begins. */
const marks: readonly (readonly [RegExp, string])[] = [
	[/^Fitting /, "fit preprocessing"],
	[/^Preparing /, "write examples"],
	[/^\{"kind":"start"/, "train, validate"],
	[/^\{"kind":"end"/, "score"],
	[/^\{"kind":"test"/, "save, report"],
];

const folder = mkdtempSync(join(values.folder, "gradus-large-csv-"));
// Also where Ctrl-C ends the process.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));

const file = join(folder, "large.csv");
const started = performance.now();
const table = makeTable(file, { bytes: 1e9 * Number(values.gigabytes), columnCount: Number(values.columns) });
const seconds = (performance.now() - started) / 1000;
say(
	`made ${(table.bytes / 1e9).toFixed(2)} GB: ${table.rowCount.toLocaleString("en")} rows × ${table.columnCount} columns (${seconds.toFixed(0)} s)`,
);

const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const run = await watchRun({
	args: ["--conditions=gradus-source", program, "train", file, "--target", table.target, "--epochs", "1", "--out", folder, "--json"],
	environment: { ...process.env, TMPDIR: folder },
	firstPhase: "open",
	phaseOf: (line) => marks.find(([pattern]) => pattern.test(line))?.[1],
	onPhase: (phase) => say(phaseLine(phase)),
});
const result = resultOf(table, run);
if (values.json) console.log(JSON.stringify(result));
else console.log(summary(result));
if (result.peakMemory >= MOST_MEMORY) process.exitCode = 1;

function phaseLine({ name, seconds: taken, memory }: Phase): string {
	return `${name.padEnd(18)} ${taken.toFixed(1).padStart(7)} s ${(memory / 1e6).toFixed(0).padStart(6)} MB`;
}

function resultOf(made: MadeTable, { phases, peakMemory, output }: WatchedRun) {
	const { test } = JSON.parse(output[output.length - 1]) as { test: { accuracy: number; loss: number } };
	const scores = { accuracy: test.accuracy, crossEntropy: test.loss };
	return { ...made, phases, seconds: phases.reduce((sum, phase) => sum + phase.seconds, 0), peakMemory, scores };
}

function summary({ seconds: taken, peakMemory, scores, best }: ReturnType<typeof resultOf>): string {
	const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
	return [
		`${taken.toFixed(0)} s, at most ${(peakMemory / 1e6).toFixed(0)} MB of resident memory`,
		`test accuracy ${percent(scores.accuracy)} of at best ${percent(best.accuracy)}`,
		`test cross-entropy ${scores.crossEntropy.toFixed(4)} of at best ${best.crossEntropy.toFixed(4)}`,
	].join("\n");
}
