/** How errors end a command: one screen for people, an exit code for programs. */
import { GradusError } from "../core/errors.ts";
import { systemReason } from "../io/errors.ts";
import { withOwnName } from "./own-name.ts";
import { CLEAR_LINE } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** The user's mistake, or the data's. */
export const USER_ERROR = 2;

/** Ours. */
export const INTERNAL_ERROR = 1;

/** Ended by Ctrl-C, as shells count it. */
export const INTERRUPTED = 130;

/** Prints an error and gives the exit code. The stack is shown only on request, or asked for where the fault is ours. */
export function reportError(error: unknown, { screen, ownName }: Pick<Terminal, "screen" | "ownName">, debug = false): number {
	const ofSystem = systemText(error);
	const known = error instanceof GradusError || ofSystem !== null;
	const message = error instanceof Error ? error.message : String(error);
	// A line of progress may stand there half drawn.
	if (screen.interactive) screen.write(CLEAR_LINE);
	if (debug && error instanceof Error) screen.write(`${error.stack ?? message}\n`);
	else if (known) screen.write(`gradus: ${ofSystem ?? withOwnName(withFlags(message), ownName)}\n`);
	else screen.write(`gradus: something went wrong that should not: ${message}\n  Try: the same with --debug, and report what it prints.\n`);
	return known ? USER_ERROR : INTERNAL_ERROR;
}

/** Advice for code, as advice for the command line. */
const FLAGS: readonly (readonly [RegExp, string])[] = [
	[/missingTarget: "drop"/g, "--missing-target drop"],
	[/delimiter: "(.)"/g, "--delimiter '$1'"],
	[/encoding: "([\w-]+)"/g, "--encoding $1"],
	[/header: false/g, "--no-header"],
	[/task: "(\w+)"/g, "--task $1"],
	[/exclude: \["([^"]+)"\]/g, "--exclude $1"],
	[/^(splitRows|kFold|preprocessing): /, ""],
	[/a larger fraction, or kFold/, "another share (--validation, --test; 0 for none), or --folds"],
	[/target: "ignore" to predict/, "gradus predict, which needs no target"],
	[/format: "csv", "tsv", "parquet" or "jsonl"/, "a name with one of these endings"],
	[
		/a smaller batch, a scope around each training step, or dispose\(\) of tensors that are no longer needed/,
		"a smaller --batch-size, or a smaller --model",
	],
];

/** A message with options of the library written as flags. */
export function withFlags(message: string): string {
	return FLAGS.reduce((text, [pattern, flag]) => text.replace(pattern, flag), message);
}

/** `runs/a: you may not read or write it (EACCES).`; null for other errors. */
function systemText(error: unknown): string | null {
	if (!(error instanceof Error)) return null;
	const { code = "", path } = error as NodeJS.ErrnoException;
	const words = systemReason(error);
	return words === null ? null : `${path === undefined ? "" : `${path}: `}${words} (${code}).`;
}
