/** Techniques of the shelf as data, and finding them by name: what configs, checkpoints and the documentation read. */
import { ArgumentError } from "./errors.ts";
import { type OptionSpec, show } from "./options.ts";
import { suggestionFor } from "./synonyms.ts";

/** What is known of an activation, optimizer, layer … besides how it computes. */
export interface Technique {
	/** Such as "optimizer". */
	readonly kind: string;
	/** Its name in configs. */
	readonly name: string;
	/** The formula or the deed, in one line. */
	readonly formula: string;
	/** Paper or other origin; "—" for what everybody knows. */
	readonly source: string;
	/** What it agrees with in PyTorch; null where PyTorch has none. */
	readonly torch: string | null;
	readonly options: Readonly<Record<string, OptionSpec>>;
	/** The option that a bare value stands for: `{ dropout: 0.5 }` for `{ dropout: { p: 0.5 } }`. */
	readonly shorthand?: string;
	/** Other names that people look for. */
	readonly aliases?: readonly string[];
	/** Options without default that a config may leave out, for they follow from where it is used, as the steps of a schedule do. */
	readonly inferred?: readonly string[];
}

/** A technique in a config: its name, its name with options, or its name with the value of its main option. */
export type Named = string | Readonly<Record<string, unknown>>;

/** Techniques of one kind by name. Immutable: `with` makes a larger one. */
export class Registry<T extends Technique> implements Iterable<T> {
	readonly kind: string;
	readonly #byName = new Map<string, T>();
	readonly #byAnyName = new Map<string, T>();

	/** @throws ArgumentError if two have one name */
	constructor(kind: string, techniques: Iterable<T>) {
		this.kind = kind;
		for (const technique of techniques) {
			this.#byName.set(technique.name, technique);
			for (const name of [technique.name, ...(technique.aliases ?? [])]) {
				if (this.#byAnyName.has(name)) throw new ArgumentError(`There are two ${kind}s named "${name}".`);
				this.#byAnyName.set(name, technique);
			}
		}
	}

	/** Names without aliases, in the order given. */
	get names(): string[] {
		return [...this.#byName.keys()];
	}

	[Symbol.iterator](): Iterator<T> {
		return this.#byName.values();
	}

	/** @throws ArgumentError with the nearest names if there is none of that name */
	get(name: string): T {
		const found = this.#byAnyName.get(name);
		if (found === undefined) throw new ArgumentError(`There is no ${this.kind} "${name}". ${this.suggest(name)}`);
		return found;
	}

	/** What a name that there is not may mean, in a sentence: `Did you mean "relu"?`, or all names, those of `others` included. */
	suggest(name: string, ...others: readonly Iterable<Technique>[]): string {
		const known = [this, ...others].flatMap((techniques) => [...techniques]);
		return suggestionFor(
			name,
			known.map((technique) => ({ name: technique.name, alsoCalled: technique.aliases })),
		);
	}

	/** Whether there is one of that name or alias. */
	has(name: string): boolean {
		return this.#byAnyName.has(name);
	}

	/**
	 * Finds what a config names.
	 *
	 * @throws ArgumentError if it is neither a name nor an object with a name as its only key
	 */
	find(named: Named): { technique: T; options: object } {
		if (typeof named === "string") return { technique: this.get(named), options: {} };
		const keys = typeof named === "object" && named !== null && !Array.isArray(named) ? Object.keys(named) : [];
		if (keys.length !== 1) {
			throw new ArgumentError(
				`Expected the name of ${/^[aeiou]/.test(this.kind) ? "an" : "a"} ${this.kind}, or { name: options } with one name, received ${show(named)}.`,
			);
		}
		const technique = this.get(keys[0]);
		const given = named[keys[0]] ?? {};
		if (typeof given === "object" && !Array.isArray(given)) return { technique, options: given };
		if (technique.shorthand === undefined) {
			const names = Object.keys(technique.options);
			const known = names.length === 0 ? "It has none." : `It has: ${names.join(", ")}.`;
			throw new ArgumentError(`${technique.name}: expected options, an object, received ${show(given)}. ${known}`);
		}
		return { technique, options: { [technique.shorthand]: given } };
	}

	/**
	 * The same and more.
	 *
	 * @throws ArgumentError if a name is taken
	 * @example
	 * const activations = activationRegistry.with(hardTanh);
	 */
	with(...techniques: readonly FactsOf<T>[]): Registry<T> {
		return new Registry(this.kind, [...this, ...(techniques as readonly T[])]);
	}
}

/** A technique's facts without its call signature: what it is called with depends on its own options, and is checked when it is called. */
export type FactsOf<T extends Technique> = { readonly [K in keyof T]: T[K] };

/** A function that carries what is known of it: `adam(parameters)` and `adam.source`. */
export type Callable<F, T extends Technique> = F & T;

/** Makes a function carry a technique's facts. */
export function callable<F extends (...args: never[]) => unknown, T extends Technique>(run: F, facts: T): Callable<F, T> {
	// A function has a name of its own, which assignment cannot change.
	Object.defineProperty(run, "name", { value: facts.name });
	const { name: _, ...rest } = facts;
	return Object.assign(run, rest) as unknown as Callable<F, T>;
}

/** The techniques of one kind among the exports of a folder, by name: engines and bundlers give exports in different orders. */
export function techniquesIn<T extends Technique>(kind: T["kind"], exports: Readonly<Record<string, unknown>>): T[] {
	const found = Object.values(exports).filter((value): value is T => {
		const isThing = (typeof value === "object" || typeof value === "function") && value !== null;
		return isThing && (value as { kind?: unknown }).kind === kind && "formula" in value;
	});
	return found.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}
