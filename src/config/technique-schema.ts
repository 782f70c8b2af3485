/** Zod schemas from the shelf: a technique by name with its options checked, and what editors need to complete it. */
import { z } from "zod";
import { GradusError } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
import { type OptionSpec, resolveOptions, show, takesNull } from "../core/options.ts";
import type { Named, Technique } from "../core/technique.ts";
import { flowText, withArticle } from "./place.ts";
import type { AnyRegistry, Shelf } from "./shelf.ts";

/** A technique of one kind: its name, or `{ name: options }`. Misspelt names and options are refused with the nearest ones. */
export function techniqueSchema(kind: string, shelf: Shelf): z.ZodType<Named> {
	const registries = registriesOf(kind, shelf);
	return z
		.custom<Named>()
		.superRefine((value, context) => {
			const problem = explain(value, registries, shelf);
			if (problem !== null) context.addIssue({ code: "custom", message: problem });
		})
		.meta({ jsonSchema: { $ref: `#/$defs/${kind}` } });
}

/** The name of a technique, without options. */
export function techniqueNameSchema(kind: string, shelf: Shelf): z.ZodType<string> {
	const [registry] = registriesOf(kind, shelf);
	return z
		.string()
		.superRefine((name, context) => {
			if (!registry.has(name)) context.addIssue({ code: "custom", message: unknownName(name, [registry], shelf) });
		})
		.meta({ jsonSchema: { enum: namesIn([registry]) } });
}

/** What is wrong with the naming of a technique, options inside options included; null if nothing. */
export function explain(value: unknown, registries: readonly AnyRegistry[], shelf: Shelf): string | null {
	try {
		const names = namesOf(value);
		if (names.length > 1) return severalNames(value as object, registries);
		const [name = ""] = names;
		const registry = registries.find((one) => one.has(name)) ?? registries[0];
		if (names.length === 1 && !registry.has(name)) return unknownName(name, registries, shelf);
		const { technique, options } = registry.find(value as Named);
		const resolved = resolveOptions(technique.name, optionsInConfig(technique) as never, options);
		return explainInner(technique, resolved as Readonly<Record<string, unknown>>, shelf);
	} catch (error) {
		if (error instanceof GradusError) return error.message;
		throw error;
	}
}

function explainInner(technique: Technique, options: Readonly<Record<string, unknown>>, shelf: Shelf): string | null {
	for (const [name, spec] of Object.entries(technique.options)) {
		const item = spec.kind === "list" ? spec.items : spec;
		if (item.kind !== "technique") continue;
		const values = spec.kind === "list" ? (options[name] as readonly unknown[]) : [options[name]];
		for (const value of values ?? []) {
			if (value === null || value === undefined || typeof value === "function") continue;
			const problem = explain(value, registriesOf(item.of, shelf), shelf);
			if (problem !== null) return `${technique.name}: ${problem}`;
		}
	}
	return null;
}

/** The registries that hold a kind of technique; activations are layers too. */
export function registriesOf(kind: string, shelf: Shelf): readonly AnyRegistry[] {
	const registry = (shelf as unknown as Record<string, AnyRegistry>)[kind];
	return kind === "layer" ? [registry, shelf.activation as unknown as AnyRegistry] : [registry];
}

function namesOf(value: unknown): string[] {
	if (typeof value === "string") return [value];
	return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Nothing of that kind: the nearest names, and whether another kind has it. */
function unknownName(name: string, registries: readonly AnyRegistry[], shelf: Shelf): string {
	const others = Object.values(shelf as unknown as Record<string, AnyRegistry>).filter((one) => !registries.includes(one) && one.has(name));
	const other = others.length === 0 ? "" : `, but ${others.map(({ kind }) => withArticle(kind)).join(" and ")} of that name`;
	const known = registries.flatMap((one) => one.names);
	return `There is no ${registries[0].kind} "${name}"${other}. ${suggestion(name, known)}`;
}

/** `{ name: "adam", lr: 0.1 }`, as other libraries have it, is `{ adam: { lr: 0.1 } }` here. */
function severalNames(value: object, registries: readonly AnyRegistry[]): string {
	const isName = (inner: unknown): inner is string => typeof inner === "string" && registries.some((one) => one.has(inner));
	const entries = Object.entries(value);
	const [key, name] = entries.find(([, inner]) => isName(inner)) ?? [];
	const rest = Object.fromEntries(entries.filter(([own]) => own !== key));
	const attempt = name === undefined ? "" : `\nTry: ${flowText({ [name as string]: rest })}`;
	return `Expected the name of ${withArticle(registries[0].kind)}, or { name: options } with one name, received ${show(value)}.${attempt}`;
}

/** A technique's options as a config may give them: what follows from where it is used may be left out. */
export function optionsInConfig({ options, inferred = [] }: Technique): Readonly<Record<string, OptionSpec>> {
	const optional = inferred.map((name) => [name, { ...options[name], default: undefined }] as const);
	return { ...options, ...Object.fromEntries(optional) };
}

/** All names that are understood, other names last. */
function namesIn(registries: readonly AnyRegistry[]): string[] {
	const techniques = registries.flatMap((registry) => [...registry]);
	return [...techniques.map(({ name }) => name), ...techniques.flatMap(({ aliases = [] }) => aliases)];
}

/**
 * JSON Schema of the techniques of each kind, for editors, and of the options of each technique as `optimizer.adam`, to which its name and
 * other names refer; options that are techniques themselves refer to their kind.
 */
export function techniqueDefinitions(shelf: Shelf): Readonly<Record<string, object>> {
	const kinds = Object.keys(shelf);
	const ofKinds = kinds.map((kind) => [kind, techniqueJson(registriesOf(kind, shelf))] as const);
	const ofTechniques = kinds.flatMap((kind) => {
		const [registry] = registriesOf(kind, shelf);
		return [...registry].map((technique) => [optionsName(technique), optionsJson(technique)] as const);
	});
	return Object.fromEntries([...ofKinds, ...ofTechniques]);
}

/** The name of a technique, or `{ name: options }` with one of the names. */
function techniqueJson(registries: readonly AnyRegistry[]): object {
	const techniques = registries.flatMap((registry) => [...registry]);
	const named = techniques.flatMap((technique) =>
		[technique.name, ...(technique.aliases ?? [])].map((name) => [name, { $ref: `#/$defs/${optionsName(technique)}` }] as const),
	);
	const withOptions = {
		type: "object",
		properties: Object.fromEntries(named),
		minProperties: 1,
		maxProperties: 1,
		additionalProperties: false,
	};
	return { anyOf: [{ enum: namesIn(registries) }, withOptions] };
}

/** Where the schema of a technique's options stands. A dot needs no escape in a reference. */
function optionsName({ kind, name }: Technique): string {
	return `${kind}.${name}`;
}

function optionsJson(technique: Technique): object {
	const { formula, source, shorthand } = technique;
	const options = Object.entries(optionsInConfig(technique));
	const properties = Object.fromEntries(options.map(([name, spec]) => [name, optionJson(spec)]));
	const required = options.flatMap(([name, spec]) => ("default" in spec ? [] : [name]));
	const whole = { type: "object", properties, additionalProperties: false, ...(required.length > 0 ? { required } : {}) };
	const description = `${formula}${source === "—" ? "" : ` (${source})`}`;
	return { description, ...(shorthand === undefined ? whole : { anyOf: [whole, optionJson(technique.options[shorthand])] }) };
}

/** JSON Schema of one option. */
export function optionJson(spec: OptionSpec): object {
	const { words = [] } = spec;
	const alternatives = [valueJson(spec), ...(words.length > 0 ? [{ enum: words }] : []), ...(takesNull(spec) ? [{ type: "null" }] : [])];
	const value = alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives };
	return { ...value, description: spec.about, ...(spec.default === undefined ? {} : { default: spec.default }) };
}

/** What an option's value may be, besides null and words. */
function valueJson(spec: OptionSpec): object {
	switch (spec.kind) {
		case "number": {
			const bounds = { minimum: spec.min, maximum: spec.max, exclusiveMinimum: spec.above, exclusiveMaximum: spec.below };
			const given = Object.entries(bounds).filter(([, value]) => value !== undefined && Number.isFinite(value));
			return { type: spec.integer ? "integer" : "number", ...Object.fromEntries(given) };
		}
		case "truth":
			return { type: "boolean" };
		case "choice":
			return { enum: spec.choices };
		case "text":
			return { type: "string" };
		case "list": {
			const items = optionJson(spec.items);
			const list = { type: "array", items, ...(spec.length === undefined ? {} : { minItems: spec.length, maxItems: spec.length }) };
			return spec.orSingle ? { anyOf: [list, items] } : list;
		}
		case "technique":
			return { $ref: `#/$defs/${spec.of}` };
		case "code":
			return {};
		default:
			throw spec satisfies never;
	}
}
