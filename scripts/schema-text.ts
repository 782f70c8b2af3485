/** The JSON Schema of run configs as the text of its file. */
import { runConfigJsonSchema } from "../src/config/parse.ts";

/** Indented by one space: half of it would be tabs. */
export function schemaText(): string {
	const { $schema, ...rest } = runConfigJsonSchema() as Record<string, unknown>;
	return `${JSON.stringify({ $schema, title: "Config of a Gradus run", ...rest }, undefined, " ")}\n`;
}
