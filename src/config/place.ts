/** What may stand at a place of a config, read from its JSON Schema: in words, by name and by example. */
import type { Known } from "../core/synonyms.ts";

/** As much of JSON Schema as configs have; `alsoCalled` is ours. */
export interface SchemaNode {
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly anyOf?: readonly SchemaNode[];
	readonly items?: SchemaNode;
	readonly prefixItems?: readonly SchemaNode[];
	readonly properties?: Readonly<Record<string, SchemaNode>>;
	readonly additionalProperties?: SchemaNode | boolean;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly exclusiveMinimum?: number;
	readonly exclusiveMaximum?: number;
	readonly $ref?: string;
	/** What it is, where its type does not say it: "a path". */
	readonly title?: string;
	readonly description?: string;
	readonly examples?: readonly unknown[];
	/** Words that people use for it elsewhere. */
	readonly alsoCalled?: readonly string[];
}

/** A named place of a config. */
export interface Place extends Known {
	/** Names from the top of the config to it. */
	readonly path: readonly string[];
	readonly node: SchemaNode;
}

/** What the schema says of a place; undefined where it says nothing. */
export function nodeAt(schema: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
	return path.reduce<SchemaNode | undefined>((node, part) => (node === undefined ? undefined : within(node, part)), schema);
}

function within(node: SchemaNode, part: PropertyKey): SchemaNode | undefined {
	if (node.anyOf !== undefined) return node.anyOf.map((one) => within(one, part)).find((found) => found !== undefined);
	if (typeof part === "number") return node.prefixItems?.[part] ?? node.items;
	const { properties, additionalProperties } = node;
	const name = String(part);
	if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
	return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** The named places directly within one. */
export function placesIn(node: SchemaNode | undefined, path: readonly string[] = []): Place[] {
	return Object.entries(node?.properties ?? {}).map(([name, inner]) => ({
		name,
		path: [...path, name],
		node: inner,
		...(inner.alsoCalled === undefined ? {} : { alsoCalled: inner.alsoCalled }),
	}));
}

/** All named places of a schema, outer ones first. */
export function allPlaces(node: SchemaNode, path: readonly string[] = []): Place[] {
	const own = placesIn(node, path);
	return [...own, ...own.flatMap((place) => allPlaces(place.node, place.path))];
}

/** What a place takes, in the words of `expectation` for options. */
export function expectationOf(node: SchemaNode): string {
	if (node.title !== undefined) return node.title;
	if (node.anyOf !== undefined) return listed(node.anyOf.map(expectationOf));
	if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(", ")}`;
	if (node.const !== undefined) return JSON.stringify(node.const);
	if (node.$ref !== undefined) return `the name of ${withArticle(node.$ref.slice(node.$ref.lastIndexOf("/") + 1))}, or { name: options }`;
	if (node.prefixItems !== undefined) return `a list of ${node.prefixItems.length}, each ${expectationOf(node.prefixItems[0])}`;
	switch (node.type) {
		case "integer":
			return `a whole number${boundsOf(node)}`;
		case "number":
			return `a number${boundsOf(node)}`;
		case "string":
			return "a text";
		case "boolean":
			return "true or false";
		case "null":
			return "null";
		case "array":
			return `a list${node.items === undefined ? "" : `, each ${expectationOf(node.items)}`}`;
		case "object": {
			const names = Object.keys(node.properties ?? {});
			return names.length === 0 ? "an object" : `an object with ${names.slice(0, 4).join(", ")}${names.length > 4 ? ", …" : ""}`;
		}
		default:
			return "another value";
	}
}

function listed(texts: readonly string[]): string {
	return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")}, or ${texts[texts.length - 1]}`;
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
	const bounds = [
		[">", exclusiveMinimum],
		["≥", minimum],
		["<", exclusiveMaximum],
		["≤", maximum],
	] as const;
	// Bounds of what a number can hold say nothing.
	const known = bounds.filter(([, value]) => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER);
	return known.map(([sign, value], i) => `${i === 0 ? " " : " and "}${sign} ${value}`).join("");
}

/** `an optimizer` */
export function withArticle(noun: string): string {
	return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** A value as YAML and TypeScript both write it: `{ adamW: { lr: 0.001 } }`. */
export function flowText(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
	const fields = Object.entries(value).map(
		([name, inner]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${flowText(inner)}`,
	);
	return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
