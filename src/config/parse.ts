/** Checks a config and says what is wrong with it, place by place. */
import { z } from "zod";
import { ArgumentError } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
import { show } from "../core/options.ts";
import { type RunConfig, runConfigSchema } from "./run-config.ts";
import { type Shelf, shelf as wholeShelf } from "./shelf.ts";
import { techniqueDefinitions } from "./technique-schema.ts";

/** A config that cannot be used. Each problem names its place. */
export class ConfigError extends ArgumentError {
	override name = "ConfigError";
	readonly problems: readonly { readonly place: string; readonly text: string }[];

	constructor(where: string, problems: readonly { place: string; text: string }[]) {
		const lines = problems.map(({ place, text }) => `  ${place === "" ? "" : `${place}: `}${text.replaceAll("\n", "\n    ")}`);
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
	throw new ConfigError(
		where,
		result.error.issues.flatMap((issue) => problemsOf(issue, given, shelf)),
	);
}

function problemsOf(
	issue: z.core.$ZodIssue,
	given: unknown,
	shelf: Shelf,
	above: readonly PropertyKey[] = [],
): { place: string; text: string }[] {
	const path = [...above, ...issue.path];
	const place = path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");
	const value = path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown> | undefined)?.[part], given);
	switch (issue.code) {
		case "unrecognized_keys":
			return issue.keys.map((key) => ({ place, text: `there is no "${key}". ${suggestion(key, knownKeys(path, shelf))}` }));
		case "invalid_union": {
			// Of the alternatives, the one that came furthest says most.
			const alternatives = issue.errors.filter(
				(issues) => !issues.every(({ code, path: inner }) => code === "invalid_type" && inner.length === 0),
			);
			const [best] = [...alternatives].sort((a, b) => depth(b) - depth(a));
			if (best !== undefined) return best.flatMap((inner) => problemsOf(inner, given, shelf, path));
			return [{ place, text: `${issue.message}, received ${show(value)}.` }];
		}
		case "custom":
			return [{ place, text: issue.message }];
		default: {
			const text = issue.message.replace(/^Invalid input: /, "");
			const received = /received|Too/.test(text) || value === undefined ? "" : `, received ${show(value)}`;
			return [{ place, text: `${text}${received}.` }];
		}
	}
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
	return Math.max(...issues.map(({ path, code }) => path.length + (code === "custom" ? 0.5 : 0)));
}

/** Names that may stand at a place. */
function knownKeys(path: readonly PropertyKey[], shelf: Shelf): string[] {
	let node: unknown = runConfigJsonSchema(shelf);
	for (const part of path) {
		const { properties, additionalProperties } = (node ?? {}) as {
			properties?: Record<PropertyKey, unknown>;
			additionalProperties?: unknown;
		};
		node = properties?.[part] ?? additionalProperties;
	}
	return Object.keys((node as { properties?: object } | undefined)?.properties ?? {});
}

/** JSON Schema of a run's config, for editors. */
export function runConfigJsonSchema(shelf: Shelf = wholeShelf): object {
	const whole = z.toJSONSchema(runConfigSchema(shelf), {
		io: "input",
		unrepresentable: "any",
		override({ jsonSchema }) {
			const own = jsonSchema as Record<string, unknown>;
			const { jsonSchema: given } = own;
			if (typeof given !== "object" || given === null) return;
			delete own.jsonSchema;
			Object.assign(own, given);
		},
	});
	return { ...whole, $defs: { ...whole.$defs, ...techniqueDefinitions(shelf) } };
}
