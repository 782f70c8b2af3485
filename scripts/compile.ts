/** Runs the TypeScript compiler and other programs of the repository, in its root folder. */
import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./source-files.ts";

const attribution = join("data", "builtin", "ATTRIBUTION.md");

/** Empties `outputFolder` and writes JavaScript and declarations of src/ into it. */
export function compile(outputFolder: string): void {
	rmSync(outputFolder, { recursive: true, force: true });
	const compiler = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
	run(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", outputFolder]);
	// The licence of the built-in data sets asks that their attribution travels with them.
	copyFileSync(join(repositoryRoot, "src", attribution), join(outputFolder, attribution));
}

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws Error with the program's output if it does not end with status 0
 */
export function run(program: string, args: readonly string[], folder = repositoryRoot): string {
	// On Windows npm is a script that only a shell can start.
	const { status, stdout, stderr, error } = spawnSync(program, args, {
		cwd: folder,
		encoding: "utf8",
		shell: process.platform === "win32" && program === "npm",
	});
	if (error !== undefined) throw error;
	if (status !== 0) throw new Error(`${[program, ...args].join(" ")} ended with status ${status}.\n${stdout}${stderr}`);
	return stdout;
}
