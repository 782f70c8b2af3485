/**
 * Options as data: what each is, its default and its bounds, written once. Calls from code check against it, config files get their schema
 * from it and the documentation its tables.
 */
import { ArgumentError } from "./errors.ts";
import { type Known, suggestionFor } from "./synonyms.ts";

interface Common<T> {
	/** What it does, with its unit. One line. */
	readonly about: string;
	/** Absent: it must be given. null: it may be left out or null. */
	readonly default?: T | null;
	/** null is allowed although the default is another. */
	readonly nullable?: boolean;
	/** Words that may stand in place of a value, such as "same" in place of a padding. */
	readonly words?: readonly string[];
	/** What the option is called elsewhere, such as "units" for `out`; who writes that is told the name. */
	readonly alsoCalled?: readonly string[];
}

/** A number within bounds. */
export interface NumberSpec extends Common<number> {
	readonly kind: "number";
	readonly integer?: boolean;
	/** Smallest allowed value. */
	readonly min?: number;
	/** Largest allowed value. */
	readonly max?: number;
	/** Bound that is itself not allowed. */
	readonly above?: number;
	/** Bound that is itself not allowed. */
	readonly below?: number;
}

/** true or false. */
export interface TruthSpec extends Common<boolean> {
	readonly kind: "truth";
}

/** One of some words. */
export interface ChoiceSpec extends Common<string> {
	readonly kind: "choice";
	readonly choices: readonly string[];
}

/** A text. */
export interface TextSpec extends Common<string> {
	readonly kind: "text";
}

/** A list; `length` if it is fixed. `orSingle`: one item may stand for the list. */
export interface ListSpec extends Common<readonly unknown[] | number | string> {
	readonly kind: "list";
	readonly items: OptionSpec;
	readonly length?: number;
	readonly orSingle?: boolean;
}

/** A technique of the shelf: its name, `{ name: options }`, or a ready-made one. */
export interface TechniqueSpec extends Common<unknown> {
	readonly kind: "technique";
	/** Such as "activation". */
	readonly of: string;
}

/** Something that code can give and a config file cannot, such as a function; checked by its user. */
export interface CodeSpec extends Common<unknown> {
	readonly kind: "code";
}

/** One option. */
export type OptionSpec = NumberSpec | TruthSpec | ChoiceSpec | TextSpec | ListSpec | TechniqueSpec | CodeSpec;

/** A spec for each option of an options type: a missing one does not compile. */
export type OptionSpecs<O> = { readonly [K in keyof O]-?: OptionSpec };

/** Options with their defaults filled in. */
export type Resolved<O> = { readonly [K in keyof O]-?: Exclude<O[K], undefined> };

type NumberBounds = Omit<NumberSpec, "kind" | "about" | "default" | "integer">;

/** A number option; `fallback` undefined makes it required, null optional. */
export function numberOption(about: string, fallback?: number | null, bounds: NumberBounds = {}): NumberSpec {
	return { kind: "number", about, ...bounds, ...(fallback === undefined ? {} : { default: fallback }) };
}

/** A whole number option. */
export function integerOption(about: string, fallback?: number | null, bounds: NumberBounds = {}): NumberSpec {
	return { ...numberOption(about, fallback, bounds), integer: true };
}

/** A truth option. */
export function truthOption(about: string, fallback: boolean): TruthSpec {
	return { kind: "truth", about, default: fallback };
}

/** An option with a few words to choose from. */
export function choiceOption(about: string, choices: readonly string[], fallback?: string): ChoiceSpec {
	return { kind: "choice", about, choices, ...(fallback === undefined ? {} : { default: fallback }) };
}

/** A number ≥ 0. */
export function atLeastZero(about: string, fallback?: number | null): NumberSpec {
	return numberOption(about, fallback, { min: 0 });
}

/** A number > 0. */
export function positive(about: string, fallback?: number | null): NumberSpec {
	return numberOption(about, fallback, { above: 0 });
}

/** A number with 0 ≤ value < 1: a decay such as β. */
export function decayOption(about: string, fallback?: number | null): NumberSpec {
	return numberOption(about, fallback, { min: 0, below: 1 });
}

/** Numbers in a list of fixed length. */
export function numbersOption(about: string, items: NumberSpec, fallback?: readonly number[]): ListSpec {
	return { kind: "list", about, items, ...(fallback === undefined ? {} : { default: fallback, length: fallback.length }) };
}

/** A technique of the shelf by name or ready-made. */
export function techniqueOption(of: string, about: string, fallback?: unknown): TechniqueSpec {
	return { kind: "technique", of, about, ...(fallback === undefined ? {} : { default: fallback }) };
}

/** Specs of some options as a plain record, for readers that do not care which options they are. */
export function anyOptions<O>(specs: OptionSpecs<O>): Readonly<Record<string, OptionSpec>> {
	return specs as unknown as Readonly<Record<string, OptionSpec>>;
}

/**
 * Fills in defaults and checks names, types and bounds.
 *
 * @param where - begins the message, as in `adam: expected lr …`
 * @throws ArgumentError that names the option, what was expected and what came; for an unknown option, the nearest names
 */
export function resolveOptions<O extends object>(where: string, specs: OptionSpecs<O>, given: O | undefined): Resolved<O> {
	if (given !== undefined && (given === null || typeof given !== "object" || Array.isArray(given))) {
		throw new ArgumentError(`${where}: expected options, an object, received ${show(given)}.`);
	}
	const source = (given ?? {}) as Record<string, unknown>;
	const known = anyOptions(specs);
	for (const name of Object.keys(source)) {
		if (!Object.hasOwn(known, name))
			throw new ArgumentError(`${where}: there is no option "${name}". ${suggestionFor(name, namedOptions(known))}`);
	}
	const resolved: Record<string, unknown> = {};
	for (const [name, spec] of Object.entries(known)) {
		const value = Object.hasOwn(source, name) ? source[name] : undefined;
		if (value === undefined) {
			if (!("default" in spec)) throw new ArgumentError(`${where}: the option "${name}" is missing; expected ${expectation(spec)}.`);
			resolved[name] = spec.default;
			continue;
		}
		if (!fits(spec, value)) throw new ArgumentError(`${where}: expected ${name} to be ${expectation(spec)}, received ${show(value)}.`);
		resolved[name] = value;
	}
	return resolved as Resolved<O>;
}

function namedOptions(known: Readonly<Record<string, OptionSpec>>): Known[] {
	return Object.entries(known).map(([name, { alsoCalled = [] }]) => ({ name, alsoCalled }));
}

/** Whether a value is what the option asks for. */
export function fits(spec: OptionSpec, value: unknown): boolean {
	if (value === null && takesNull(spec)) return true;
	if (typeof value === "string" && spec.words?.includes(value)) return true;
	switch (spec.kind) {
		case "number":
			return typeof value === "number" && withinBounds(spec, value);
		case "truth":
			return typeof value === "boolean";
		case "choice":
			return typeof value === "string" && spec.choices.includes(value);
		case "text":
			return typeof value === "string";
		case "list":
			if (!Array.isArray(value)) return spec.orSingle === true && fits(spec.items, value);
			return (spec.length === undefined || value.length === spec.length) && value.every((item) => fits(spec.items, item));
		case "technique":
			return typeof value === "string" || typeof value === "function" || (typeof value === "object" && value !== null);
		case "code":
			return true;
		default:
			throw spec satisfies never;
	}
}

/** Whether null says "none". */
export function takesNull(spec: OptionSpec): boolean {
	return spec.default === null || spec.nullable === true;
}

function withinBounds({ integer, min, max, above, below }: NumberSpec, value: number): boolean {
	if (Number.isNaN(value) || (integer === true && !Number.isInteger(value))) return false;
	if (min !== undefined && value < min) return false;
	if (max !== undefined && value > max) return false;
	if (above !== undefined && value <= above) return false;
	return below === undefined || value < below;
}

/** What an option takes, in words. */
export function expectation(spec: OptionSpec): string {
	const orNull = `${(spec.words ?? []).map((word) => `, or "${word}"`).join("")}${takesNull(spec) ? " or null" : ""}`;
	switch (spec.kind) {
		case "number":
			return `${spec.integer ? "a whole number" : "a number"}${boundsText(spec)}${orNull}`;
		case "truth":
			return "true or false";
		case "choice":
			return `one of ${spec.choices.map((choice) => `"${choice}"`).join(", ")}${orNull}`;
		case "text":
			return `a text${orNull}`;
		case "list": {
			const single = spec.orSingle ? `${expectation(spec.items)}, or ` : "";
			return `${single}a list${spec.length === undefined ? "" : ` of ${spec.length}`}, each ${expectation(spec.items)}${orNull}`;
		}
		case "technique":
			return `the name of ${article(spec.of)}, or { name: options }${orNull}`;
		case "code":
			return `${spec.about}${orNull}`;
		default:
			throw spec satisfies never;
	}
}

function boundsText({ min, max, above, below }: NumberSpec): string {
	const low = min !== undefined ? `≥ ${min}` : above !== undefined ? `> ${above}` : "";
	const high = max !== undefined ? `≤ ${max}` : below !== undefined ? `< ${below}` : "";
	const bounds = [low, high].filter((text) => text !== "").join(" and ");
	return bounds === "" ? "" : ` ${bounds}`;
}

function article(noun: string): string {
	return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** A value as it stands in a message. */
export function show(value: unknown): string {
	if (typeof value === "string") return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
	if (typeof value === "function") return "a function";
	if (typeof value === "object" && value !== null) {
		const text = safeJson(value);
		return text.length > 80 ? `${text.slice(0, 80)}…` : text;
	}
	return String(value);
}

/** A value of unknown origin in a message, by its kind where it would be long: `nothing`, `a Dataset`, `a list that begins with 3`. */
export function showKind(value: unknown): string {
	if (value === undefined) return "nothing";
	if (Array.isArray(value)) {
		if (value.length === 0) return "an empty list";
		// No deeper, for a list may hold itself.
		return `a list that begins with ${Array.isArray(value[0]) ? "a list" : showKind(value[0])}`;
	}
	if (typeof value !== "object" || value === null) return show(value);
	const maker: unknown = value.constructor?.name;
	if (typeof maker === "string" && maker !== "" && maker !== "Object") return `${/^[AEIO]/.test(maker) ? "an" : "a"} ${maker}`;
	return `an object with ${Object.keys(value).slice(0, 5).map(show).join(", ") || "no fields"}`;
}

function safeJson(value: object): string {
	try {
		return JSON.stringify(value) ?? "an object";
	} catch {
		return "an object";
	}
}
