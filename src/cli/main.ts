#!/usr/bin/env node
/** The program `gradus`. */

/** What the package's `engines` asks for. */
const LEAST_NODE = 22;

if (Number(process.versions.node.split(".")[0]) < LEAST_NODE) {
	process.stderr.write(`gradus: this is Node ${process.versions.node}; Gradus needs Node ${LEAST_NODE} or later.\n`);
	process.exitCode = 2;
} else {
	// A file at the limit of ulimit -f would end the process; so it is an error of that write, EFBIG, and a run stops with its last checkpoint.
	process.on("SIGXFSZ", () => {});
	const { runCli } = await import("./program.ts");
	process.exitCode = await runCli(process.argv.slice(2));
}
