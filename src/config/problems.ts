/** What the schema's check found wrong with a config, in words: where, what was expected, what came, an example. */
import type { z } from "zod";
import { show } from "../core/options.ts";
import { isCalled, meantBy } from "../core/synonyms.ts";
import { allPlaces, expectationOf, flowText, nodeAt, type Place, placesIn, type SchemaNode } from "./place.ts";

/** One thing that is wrong with a config. */
export interface ConfigProblem {
	/** Such as `training.epochs` or `model[2]`; "" for the whole config. */
	readonly place: string;
	readonly text: string;
	/** How it could be written, such as `epochs: 30`. */
	readonly example?: string;
}

/** A problem, and the places it is about besides its own. */
interface FoundProblem extends ConfigProblem {
	/** Nothing stands there. */
	readonly missing?: boolean;
	/** Where what is misnamed belongs. */
	readonly meant?: readonly string[];
}

/** What was given, and what may be. */
interface Checked {
	readonly given: unknown;
	readonly schema: SchemaNode;
}

/** All problems; where something is misnamed, its place is not also called empty. */
export function problemsIn(issues: readonly z.core.$ZodIssue[], checked: Checked): ConfigProblem[] {
	const found = issues.flatMap((issue) => problemsOf(issue, checked));
	const meant = new Set(found.flatMap((problem) => problem.meant ?? []));
	return found
		.filter(({ place, missing }) => !(missing && meant.has(place)))
		.map(({ place, text, example }) => ({ place, text, ...(example === undefined ? {} : { example }) }));
}

function problemsOf(issue: z.core.$ZodIssue, checked: Checked, above: readonly PropertyKey[] = []): FoundProblem[] {
	const path = [...above, ...issue.path];
	switch (issue.code) {
		case "unrecognized_keys": {
			const value = valueAt(checked.given, path);
			if (typeof value === "object") return issue.keys.map((key) => unknownKey(key, path, checked.schema));
			return [unfitting(path, checked)];
		}
		case "invalid_union": {
			// Of the alternatives, the one that came furthest says most.
			const alternatives = issue.errors.filter(
				(issues) => !issues.every(({ code, path: own }) => code === "invalid_type" && own.length === 0),
			);
			const [best] = [...alternatives].sort((a, b) => depth(b) - depth(a));
			return best === undefined ? [unfitting(path, checked)] : best.flatMap((inner) => problemsOf(inner, checked, path));
		}
		case "custom":
			return [{ place: placeText(path), text: issue.message, ...exampleOf(nodeAt(checked.schema, path), path) }];
		default:
			return [unfitting(path, checked)];
	}
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
	return Math.max(...issues.map(({ path, code }) => path.length + (code === "custom" ? 0.5 : 0)));
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[part], given);
}

/** A value that is missing, or not what the place takes. */
function unfitting(path: readonly PropertyKey[], { given, schema }: Checked): FoundProblem {
	const node = nodeAt(schema, path) ?? {};
	const value = valueAt(given, path);
	const place = placeText(path);
	const example = exampleOf(node, path);
	if (value === undefined) {
		const about = node.description === undefined ? "" : ` (${node.description})`;
		return { place, text: `it is missing; expected ${expectationOf(node)}${about}.`, missing: true, ...example };
	}
	const wanted = isList(node) && !Array.isArray(value) ? ` Try: ${flowText([value])}.` : "";
	return { place, text: `expected ${expectationOf(node)}, received ${show(value)}.${wanted}`, ...(wanted === "" ? example : {}) };
}

function isList({ type, anyOf }: SchemaNode): boolean {
	return type === "array" && anyOf === undefined;
}

/** A name that is not known here: known elsewhere, or misspelt, or called otherwise. */
function unknownKey(key: string, path: readonly PropertyKey[], schema: SchemaNode): FoundProblem {
	const place = placeText(path);
	const names = path.map(String);
	const here = placesIn(nodeAt(schema, path), names);
	const isHere = here.some((known) => isCalled(known, key));
	const elsewhere = isHere ? [] : allPlaces(schema).filter((known) => isCalled(known, key));
	const meant = elsewhere.length > 0 ? elsewhere.slice(0, 3) : meantBy(key, here);
	if (meant.length === 0) return { place, text: `there is no "${key}". Known: ${here.map(({ name }) => name).join(", ")}.` };
	const texts = meant.map((known) => `"${known.name}"${elsewhere.length > 0 ? whereText(known) : ""}`);
	const [first] = meant;
	const text = `there is no "${key}"${elsewhere.length > 0 ? " here" : ""}. Did you mean ${texts.join(" or ")}?`;
	return { place, text, meant: meant.map((known) => placeText(known.path)), ...exampleOf(first.node, first.path) };
}

function whereText({ path }: Place): string {
	return path.length === 1 ? " at the top of the config" : ` in "${placeText(path.slice(0, -1))}"`;
}

function exampleOf(node: SchemaNode | undefined, path: readonly PropertyKey[]): { example?: string } {
	const name = path.at(-1);
	if (node?.examples === undefined || typeof name !== "string") return {};
	return { example: node.examples.map((value) => `${name}: ${flowText(value)}`).join(", or ") };
}

/** `training.epochs`, `model[2]` */
export function placeText(path: readonly PropertyKey[]): string {
	return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");
}
