/**
 * The command line of the experiments:
 *
 *     node --conditions=gradus-source experiments/index.ts list
 *     node --conditions=gradus-source experiments/index.ts overfit --seeds 5
 *     node --conditions=gradus-source experiments/index.ts all --quick --out build/experiments
 */
import { parseArgs } from "node:util";
import { experiments } from "./list.ts";
import { runExperiments } from "./run.ts";

export { type ExperimentResult, type RunOptions, runExperiments } from "./run.ts";

/** Runs the command line. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options: {
			seed: { type: "string" },
			seeds: { type: "string" },
			quick: { type: "boolean" },
			out: { type: "string" },
			mnist: { type: "string" },
			reuse: { type: "boolean" },
			processes: { type: "string" },
		},
	});
	if (positionals.length === 0 || positionals[0] === "list") {
		for (const { name, question } of experiments) console.log(`${name.padEnd(22)} ${question}`);
		return 0;
	}
	const integer = (name: "seed" | "seeds" | "processes"): number | undefined => {
		const value = values[name];
		if (value === undefined) return undefined;
		if (/^\d+$/.test(value) && (name === "seed" || Number(value) > 0)) return Number(value);
		throw new Error(`--${name}: expected a whole number${name === "seed" ? "" : " above 0"}, received "${value}".`);
	};
	const { quick, out, mnist, reuse } = values;
	const numbers = { seed: integer("seed"), seeds: integer("seeds"), processes: integer("processes") };
	return (await runExperiments({ names: positionals, ...numbers, quick, out, mnist, reuse })) ? 0 : 1;
}

if (import.meta.main) {
	try {
		process.exitCode = await main(process.argv.slice(2));
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 2;
	}
}
