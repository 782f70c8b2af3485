/** Reads plain data of unknown origin piece by piece, copying what it checked; never follows prototypes. */
import { show } from "../../core/options.ts";
import { refuse } from "./refuse.ts";

/** A value at a path, such as `preprocessor.inputs[2].name`. */
export class JsonReader {
	readonly value: unknown;
	readonly path: string;

	constructor(value: unknown, path: string) {
		this.value = value;
		this.path = path;
	}

	/** Throws with the path, what was expected and what came. */
	refuse(expected: string): never {
		const received = this.value === undefined ? "nothing" : show(this.value);
		return refuse(this.path, { expected, received, advice: "the record is damaged or was edited; make it again." });
	}

	/** The fields of an object that has these and no others. */
	fields<K extends string>(...names: readonly K[]): Record<K, JsonReader> {
		const { value, path } = this;
		if (typeof value !== "object" || value === null || Array.isArray(value)) return this.refuse("an object");
		for (const key of Reflect.ownKeys(value)) {
			if (!names.includes(key as K)) {
				return refuse(path, { expected: `the fields ${names.join(", ")}`, received: `also ${show(String(key))}` });
			}
		}
		const readers = names.map((name) => {
			const field = Object.getOwnPropertyDescriptor(value, name)?.value;
			return [name, new JsonReader(field, `${path}.${name}`)] as const;
		});
		return Object.fromEntries(readers) as Record<K, JsonReader>;
	}

	/** The items of a list. */
	items(): JsonReader[] {
		if (!Array.isArray(this.value)) return this.refuse("a list");
		return Array.from(this.value, (item: unknown, i) => new JsonReader(item, `${this.path}[${i}]`));
	}

	/** A finite number, at least `min`. */
	number(min = Number.NEGATIVE_INFINITY): number {
		const { value } = this;
		if (typeof value === "number" && Number.isFinite(value) && value >= min) return value;
		return this.refuse(min === Number.NEGATIVE_INFINITY ? "a finite number" : `a finite number ≥ ${min}`);
	}

	/** A finite number greater than 0. */
	positive(): number {
		const number = this.number();
		return number > 0 ? number : this.refuse("a number > 0");
	}

	/** An integer, at least `min`. */
	integer(min = 0): number {
		const { value } = this;
		return Number.isSafeInteger(value) && (value as number) >= min ? (value as number) : this.refuse(`an integer ≥ ${min}`);
	}

	/** true or false. */
	truth(): boolean {
		return typeof this.value === "boolean" ? this.value : this.refuse("true or false");
	}

	/** A text. */
	text(): string {
		return typeof this.value === "string" ? this.value : this.refuse("a text");
	}

	/** One of these words. */
	word<W extends string>(...words: readonly W[]): W {
		return words.includes(this.value as W) ? (this.value as W) : this.refuse(words.map((word) => `"${word}"`).join(" or "));
	}

	/** Texts, each different. */
	names(): string[] {
		const names = this.items().map((item) => item.text());
		return new Set(names).size === names.length ? names : this.refuse("names that all differ");
	}
}
