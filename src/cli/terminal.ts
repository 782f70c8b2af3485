/** The terminal that a command runs in. Only this folder looks at streams and the environment. */
import { stderr, stdout } from "node:process";
import { ownName } from "./own-name.ts";
import type { Screen } from "./progress.ts";

/** What a command may use. */
export interface Terminal {
	/** For results. */
	out(text: string): void;
	/** For progress and remarks; goes to standard error, so that results can be piped. */
	readonly screen: Screen;
	/** Whether results are to be JSON lines. */
	readonly json: boolean;
	/** How this program was called: hints name commands so. */
	readonly ownName: string;
}

/** The process's own terminal. */
export function processTerminal(json: boolean): Terminal {
	// A reader that has enough, such as head, closes the pipe: no error of ours.
	stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
		process.exit(0);
	});
	const write = (text: string): void => void stderr.write(text);
	return {
		out: (text) => void stdout.write(`${text}\n`),
		screen: { interactive: !json && stderr.isTTY === true && process.env.CI === undefined, columns: stderr.columns ?? 100, write },
		json,
		ownName: ownName(process.env),
	};
}

/** Calls `first` on the first Ctrl-C (or SIGTERM) and ends the process on the second; returns what ends the watch. */
export function onInterrupt(first: () => void, exitCode: number): () => void {
	let count = 0;
	const handler = (): void => {
		count++;
		if (count === 1) first();
		else process.exit(exitCode);
	};
	process.on("SIGINT", handler);
	process.on("SIGTERM", handler);
	return () => {
		process.off("SIGINT", handler);
		process.off("SIGTERM", handler);
	};
}
