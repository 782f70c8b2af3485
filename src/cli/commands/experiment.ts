/** `gradus experiment`: the classical experiments, which are programs on the public API and lie outside this folder. */
import { GradusError } from "../../core/errors.ts";

/** In the source tree beside src/; in the package beside the bundled files. */
const place = import.meta.url.endsWith(".ts") ? "../../../experiments/index.ts" : "../../experiments/index.js";

/** Runs experiments with the words of the command line; gives the exit code. */
export async function experiment(words: readonly string[]): Promise<number> {
	const { main } = (await import(new URL(place, import.meta.url).href)) as { main: (words: readonly string[]) => Promise<number> };
	try {
		return await main(words);
	} catch (error) {
		// What they throw on their own account is about names and numbers that the user gave.
		throw error instanceof Error && error.constructor === Error ? new GradusError(error.message) : error;
	}
}
