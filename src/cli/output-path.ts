/** Files that a command is to write: refused before the work, not after it. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { ArgumentError } from "../core/errors.ts";

/** @throws ArgumentError if there is no folder in which the file could lie */
export function checkOutput(flag: string, path: string | undefined): void {
	if (path === undefined || existsSync(dirname(path))) return;
	throw new ArgumentError(`${flag} ${path}: there is no folder "${dirname(path)}".\n  Try: mkdir -p ${dirname(path)}, or another path.`);
}
