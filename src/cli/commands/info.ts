/** `gradus info` and `gradus schema`. */
import { availableParallelism } from "node:os";
import { runConfigJsonSchema } from "../../config/parse.ts";
import { gradusVersion } from "../../core/version.ts";
import { executorInfo } from "../../tensor/context.ts";
import type { Terminal } from "../terminal.ts";

/** What this machine has and what would be used. */
export async function info({ out, json }: Terminal): Promise<undefined> {
	const { chosen, reason, found } = executorInfo();
	const facts = { gradus: gradusVersion, node: process.version, cores: availableParallelism(), executor: chosen, reason, found };
	if (json) {
		out(JSON.stringify(facts));
		return;
	}
	const details = Object.entries(chosen.details ?? {}).map(([name, value]) => `${name}: ${String(value)}`);
	out(
		[
			`gradus ${gradusVersion}, Node ${process.version}, ${facts.cores} cores`,
			`executor: ${chosen.name}, because ${reason}`,
			...details.map((line) => `  ${line}`),
			...found.map((line) => `  ${line}`),
		].join("\n"),
	);
}

/** The JSON Schema of configs. */
export async function schema({ out }: Terminal): Promise<undefined> {
	out(JSON.stringify(runConfigJsonSchema(), null, "\t"));
}
