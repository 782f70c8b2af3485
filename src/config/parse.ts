/** Checks a config and says what is wrong with it, place by place. */
import { z } from "zod";
import { ArgumentError } from "../core/errors.ts";
import type { SchemaNode } from "./place.ts";
import { type ConfigProblem, problemsIn } from "./problems.ts";
import { type RunConfig, runConfigSchema } from "./run-config.ts";
import { type Shelf, shelf as wholeShelf } from "./shelf.ts";
import { techniqueDefinitions } from "./technique-schema.ts";

/** A config that cannot be used. Each problem names its place. */
export class ConfigError extends ArgumentError {
	override name = "ConfigError";
	readonly problems: readonly ConfigProblem[];

	constructor(where: string, problems: readonly ConfigProblem[]) {
		const lines = problems.map(({ place, text, example }) => {
			const whole = `${place === "" ? "" : `${place}: `}${text}${example === undefined ? "" : `\nExample: ${example}`}`;
			return `  ${whole.replaceAll("\n", "\n    ")}`;
		});
		super(`${where} cannot be used:\n${lines.join("\n")}`);
		this.problems = problems;
	}
}

/**
 * Checks a config and fills in defaults.
 *
 * @param where - what it is, for messages, such as a file's name
 * @throws ConfigError that lists every problem with its place; for misspelt names and options, the nearest ones
 */
export function parseRunConfig(given: unknown, where = "The config", shelf: Shelf = wholeShelf): RunConfig {
	const result = runConfigSchema(shelf).safeParse(given);
	if (result.success) return result.data;
	throw new ConfigError(where, problemsIn(result.error.issues, { given, schema: jsonSchemaOf(shelf) }));
}

/** JSON Schema of a run's config, for editors. */
export function runConfigJsonSchema(shelf: Shelf = wholeShelf): object {
	const whole = jsonSchemaOf(shelf, ({ alsoCalled: _, ...known }) => known);
	return { ...whole, $defs: { ...whole.$defs, ...techniqueDefinitions(shelf) } };
}

type Json = Record<string, unknown>;

/** The schema as JSON; `change` may take out what is not for the reader. */
function jsonSchemaOf(shelf: Shelf, change: (node: Json) => Json = (node) => node): SchemaNode & { readonly $defs?: object } {
	return z.toJSONSchema(runConfigSchema(shelf), {
		io: "input",
		unrepresentable: "any",
		override({ jsonSchema }) {
			const own = jsonSchema as Json;
			const { jsonSchema: given, ...rest } = own;
			for (const name of Object.keys(own)) delete own[name];
			Object.assign(own, change({ ...rest, ...(given as object | undefined) }));
		},
	}) as SchemaNode;
}
