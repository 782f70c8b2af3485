/** Reads the Python literals of NumPy headers: text, whole numbers, True, False, None, tuples, lists and dicts. Nothing is ever run. */

/** A Python literal as JavaScript; tuples and lists are arrays, a dict is a map. */
export type PythonLiteral = string | number | boolean | null | readonly PythonLiteral[] | ReadonlyMap<string, PythonLiteral>;

/** Deepest nesting; an array header has two levels, the type of a structured array a few more. */
const MAX_DEPTH = 16;

const words: Readonly<Record<string, PythonLiteral>> = { True: true, False: false, None: null };

/** Text in either quotes (with prefixes of Python 2), an integer, a word, or a sign. */
const token =
	/\s*(?:[ubUB]?'((?:[^'\\\n]|\\['"\\])*)'|[ubUB]?"((?:[^"\\\n]|\\['"\\])*)"|(-?\d+)[lL]?(?![\w.])|(True|False|None)\b|([()[\]{},:]))/y;

interface Token {
	readonly kind: "value" | "sign" | "end";
	readonly value: PythonLiteral;
}

/**
 * Parses one literal.
 *
 * @throws SyntaxError if the text is anything else, an expression included
 */
export function parsePythonLiteral(text: string): PythonLiteral {
	const parser = new Parser(text);
	const value = parser.value(0);
	parser.expectEnd();
	return value;
}

class Parser {
	readonly #text: string;
	#at = 0;
	#next: Token;

	constructor(text: string) {
		this.#text = text;
		this.#next = this.#read();
	}

	value(depth: number): PythonLiteral {
		const { kind, value } = this.#next;
		if (depth > MAX_DEPTH) throw new SyntaxError(`more than ${MAX_DEPTH} levels of brackets`);
		if (kind === "value") {
			this.#advance();
			return value;
		}
		if (this.#accept("(")) return this.#tuple(depth);
		if (this.#accept("[")) return this.#items("]", depth).items;
		if (this.#accept("{")) return this.#dict(depth);
		throw this.#unexpected();
	}

	expectEnd(): void {
		if (this.#next.kind !== "end") throw this.#unexpected();
	}

	/** `(3)` is the number 3, `(3,)` a tuple. */
	#tuple(depth: number): PythonLiteral {
		const { items, trailingComma } = this.#items(")", depth);
		return items.length === 1 && !trailingComma ? items[0] : items;
	}

	#items(close: string, depth: number): { items: PythonLiteral[]; trailingComma: boolean } {
		const items: PythonLiteral[] = [];
		let trailingComma = false;
		while (!this.#accept(close)) {
			if (items.length > 0 && !trailingComma) throw this.#unexpected();
			items.push(this.value(depth + 1));
			trailingComma = this.#accept(",");
		}
		return { items, trailingComma };
	}

	#dict(depth: number): PythonLiteral {
		const entries = new Map<string, PythonLiteral>();
		let separated = true;
		while (!this.#accept("}")) {
			const key = separated ? this.value(depth + 1) : undefined;
			if (typeof key !== "string" || entries.has(key) || !this.#accept(":")) throw this.#unexpected();
			entries.set(key, this.value(depth + 1));
			separated = this.#accept(",");
		}
		return entries;
	}

	#accept(sign: string): boolean {
		if (this.#next.kind !== "sign" || this.#next.value !== sign) return false;
		this.#advance();
		return true;
	}

	#advance(): void {
		this.#next = this.#read();
	}

	#read(): Token {
		token.lastIndex = this.#at;
		const match = token.exec(this.#text);
		if (match === null) {
			if (this.#text.slice(this.#at).trim() === "") return { kind: "end", value: null };
			throw this.#unexpected();
		}
		this.#at = token.lastIndex;
		const [, single, double, integer, word, sign] = match;
		if (sign !== undefined) return { kind: "sign", value: sign };
		if (integer !== undefined) return { kind: "value", value: Number(integer) };
		if (word !== undefined) return { kind: "value", value: words[word] };
		return { kind: "value", value: (single ?? double).replace(/\\(.)/g, "$1") };
	}

	#unexpected(): SyntaxError {
		return new SyntaxError(
			`no literal at character ${this.#at}: ${JSON.stringify(this.#text.slice(Math.max(0, this.#at - 12), this.#at + 12))}`,
		);
	}
}
