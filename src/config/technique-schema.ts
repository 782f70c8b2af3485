/** Zod schemas from the shelf: a technique by name with its options checked, and what editors need to complete it. */
import { z } from "zod";
import { GradusError } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
import { type OptionSpec, resolveOptions } from "../core/options.ts";
import type { Named, Technique } from "../core/technique.ts";
import type { AnyRegistry, Shelf } from "./shelf.ts";

/**
 * A technique of one kind: its name, or `{ name: options }`. Misspelt names and options are refused with the nearest ones.
 *
 * @param find - instead of the registry's own, where more names count, as those of activations among layers
 */
export function techniqueSchema(registries: readonly AnyRegistry[], shelf: Shelf): z.ZodType<Named> {
	const check = (value: unknown): string | null => explain(value, registries, shelf);
	return z
		.custom<Named>()
		.superRefine((value, context) => {
			const problem = check(value);
			if (problem !== null) context.addIssue({ code: "custom", message: problem });
		})
		.meta({ jsonSchema: techniqueJson(registries) });
}

/** What is wrong with the naming of a technique, options inside options included; null if nothing. */
function explain(value: unknown, registries: readonly AnyRegistry[], shelf: Shelf): string | null {
	try {
		const name = nameOf(value);
		const registry = registries.find((one) => one.has(name)) ?? registries[0];
		if (name !== "" && !registry.has(name)) {
			const names = registries.flatMap((one) => one.names);
			return `There is no ${registry.kind} "${name}". ${suggestion(name, names)}`;
		}
		const { technique, options } = registry.find(value as Named);
		const resolved = resolveOptions(technique.name, technique.options as never, options);
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

function nameOf(value: unknown): string {
	if (typeof value === "string") return value;
	return typeof value === "object" && value !== null ? (Object.keys(value)[0] ?? "") : "";
}

/** JSON Schema of a technique by name, for editors. */
function techniqueJson(registries: readonly AnyRegistry[]): object {
	const techniques = registries.flatMap((registry) => [...registry]);
	return {
		anyOf: [
			{ enum: techniques.map(({ name }) => name) },
			...techniques.map((technique) => ({
				type: "object",
				description: `${technique.formula}${technique.source === "—" ? "" : ` (${technique.source})`}`,
				properties: { [technique.name]: optionsJson(technique) },
				required: [technique.name],
				additionalProperties: false,
			})),
		],
	};
}

function optionsJson(technique: Technique): object {
	const properties = Object.fromEntries(Object.entries(technique.options).map(([name, spec]) => [name, optionJson(spec)]));
	const required = Object.entries(technique.options).flatMap(([name, spec]) => ("default" in spec ? [] : [name]));
	const whole = { type: "object", properties, additionalProperties: false, ...(required.length > 0 ? { required } : {}) };
	const { shorthand } = technique;
	return shorthand === undefined ? whole : { anyOf: [whole, optionJson(technique.options[shorthand])] };
}

/** JSON Schema of one option. */
export function optionJson(spec: OptionSpec): object {
	const common = { description: spec.about, ...(spec.default === undefined ? {} : { default: spec.default }) };
	const orNull = (type: string): string | string[] => (spec.default === null ? [type, "null"] : type);
	switch (spec.kind) {
		case "number": {
			const bounds = { minimum: spec.min, maximum: spec.max, exclusiveMinimum: spec.above, exclusiveMaximum: spec.below };
			const given = Object.entries(bounds).filter(([, value]) => value !== undefined && Number.isFinite(value));
			return { type: orNull(spec.integer ? "integer" : "number"), ...Object.fromEntries(given), ...common };
		}
		case "truth":
			return { type: "boolean", ...common };
		case "choice":
			return { enum: spec.default === null ? [...spec.choices, null] : spec.choices, ...common };
		case "text":
			return { type: orNull("string"), ...common };
		case "list": {
			const items = optionJson({ ...spec.items, about: spec.about });
			const list = { type: orNull("array"), items, ...(spec.length === undefined ? {} : { minItems: spec.length, maxItems: spec.length }) };
			return spec.orSingle ? { anyOf: [list, items], ...common } : { ...list, ...common };
		}
		case "technique":
		case "code":
			return common;
		default:
			throw spec satisfies never;
	}
}
