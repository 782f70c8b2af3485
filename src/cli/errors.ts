/** How errors end a command: one screen for people, an exit code for programs. */
import { GradusError } from "../core/errors.ts";

/** The user's mistake, or the data's. */
export const USER_ERROR = 2;

/** Ours. */
export const INTERNAL_ERROR = 1;

/** Ended by Ctrl-C, as shells count it. */
export const INTERRUPTED = 130;

/** Codes of the system that are no fault of the program. */
const SYSTEM_CODES = new Set(["ENOENT", "EACCES", "EPERM", "ENOSPC", "EISDIR", "ENOTDIR", "EROFS"]);

/** Prints an error and gives the exit code. The stack is shown only on request, or asked for where the fault is ours. */
export function reportError(error: unknown, options: { debug: boolean; write: (text: string) => void }): number {
	const { debug, write } = options;
	const known = error instanceof GradusError || isSystemError(error);
	const message = error instanceof Error ? error.message : String(error);
	if (debug && error instanceof Error) write(`${error.stack ?? message}\n`);
	else if (known) write(`gradus: ${withFlags(message)}\n`);
	else write(`gradus: something went wrong that should not: ${message}\n  Try: the same with --debug, and report what it prints.\n`);
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
];

/** A message with options of the library written as flags. */
export function withFlags(message: string): string {
	return FLAGS.reduce((text, [pattern, flag]) => text.replace(pattern, flag), message);
}

function isSystemError(error: unknown): boolean {
	return error instanceof Error && SYSTEM_CODES.has((error as NodeJS.ErrnoException).code ?? "");
}
