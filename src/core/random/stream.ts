/** Named random streams: the only source of chance in Gradus. */
import { checkDistribution, type Distribution, type RandomPosition, refuse } from "./distribution.ts";
import { fill } from "./fill.ts";
import { type StreamName, streamIdentity } from "./identity.ts";
import { multiplyHigh, philox } from "./philox.ts";

/** A stream's place as plain data, to be saved as JSON with a run. */
export interface RandomState {
	readonly algorithm: "philox4x32-10";
	readonly seed: StreamName;
	/** The names by which it was split from the seed's own stream. */
	readonly path: readonly StreamName[];
	/** Blocks of four words used so far. */
	readonly block: number;
}

/**
 * A stream of random numbers that is fixed by a seed and a path of names.
 *
 * Streams with different seeds or paths are independent of each other; what is drawn from one never shifts another. Two streams
 * with the same seed and path give the same numbers. Every call starts at a fresh block of four words, so a draw of n values
 * uses ⌈n / 4⌉ blocks.
 *
 * @example
 * const rng = new RandomStream(42);
 * const dropout = rng.split("dropout", 3);
 * dropout.bernoulli(0.5);
 * const saved = JSON.stringify(dropout.state());
 * RandomStream.fromState(JSON.parse(saved)).normal(); // goes on where `dropout` stands
 */
export class RandomStream {
	readonly seed: StreamName;
	readonly path: readonly StreamName[];
	readonly #key: readonly [number, number];
	/** The upper half of the counter, which tells streams apart like the key. */
	readonly #upper: readonly [number, number];
	readonly #words = new Uint32Array(4);
	#unreadCount = 0;
	#block = 0;

	/**
	 * @param seed - an integer or a text; 1 and "1" are different seeds
	 * @param path - names as given to `split`
	 * @throws ArgumentError if a number is no safe integer
	 */
	constructor(seed: StreamName, ...path: readonly StreamName[]) {
		checkName(seed, "random stream", "the seed");
		for (const name of path) checkName(name, "random stream", "each name of the path");
		this.seed = seed;
		this.path = path;
		const identity = streamIdentity(seed, path);
		this.#key = [identity[0], identity[1]];
		this.#upper = [identity[2], identity[3]];
	}

	/** Continues at a saved place. @throws ArgumentError if the record is not one that `state` made */
	static fromState(state: RandomState): RandomStream {
		if (state.algorithm !== "philox4x32-10") refuse("random state", 'algorithm "philox4x32-10"', state.algorithm);
		if (!Array.isArray(state.path)) refuse("random state", "path to be a list of names", state.path);
		if (!(Number.isSafeInteger(state.block) && state.block >= 0)) {
			refuse("random state", "block to be an integer ≥ 0", state.block);
		}
		const stream = new RandomStream(state.seed, ...state.path);
		stream.#block = state.block;
		return stream;
	}

	/** Its place as plain data. */
	state(): RandomState {
		return { algorithm: "philox4x32-10", seed: this.seed, path: this.path, block: this.#block };
	}

	/**
	 * A stream of its own for a purpose: `split("layer", 3)` is `split("layer").split(3)`. It begins at its start whatever was drawn
	 * here before, so asking twice for one name gives the same numbers twice.
	 */
	split(name: StreamName, ...more: readonly StreamName[]): RandomStream {
		return new RandomStream(this.seed, ...this.path, name, ...more);
	}

	/**
	 * Reserves room for `count` values and moves past it; kernels draw the values from the position.
	 *
	 * @throws ArgumentError if `count` is no integer ≥ 0
	 */
	take(count: number): RandomPosition {
		if (!(Number.isSafeInteger(count) && count >= 0)) refuse("random take", "count to be an integer ≥ 0", count);
		const counter = [this.#block >>> 0, Math.floor(this.#block / 2 ** 32), ...this.#upper] as const;
		this.#block += Math.ceil(count / 4);
		return { key: this.#key, counter };
	}

	/** Fills `out` with draws and returns it. */
	fill<T extends Float32Array>(distribution: Distribution, out: T): T {
		checkDistribution(distribution, `random ${distribution.kind}`);
		fill(distribution, this.take(out.length), out);
		return out;
	}

	/** `count` draws as float32. */
	draw(distribution: Distribution, count: number): Float32Array {
		checkCount(count, "random draw", "count");
		return this.fill(distribution, new Float32Array(count));
	}

	/** A float32 with low ≤ value < high, in 2²⁴ steps. @throws ArgumentError if low > high or one is not finite */
	uniform(low = 0, high = 1): number {
		return this.#one({ kind: "uniform", low, high });
	}

	/** A normal float32. @throws ArgumentError if std < 0 */
	normal(mean = 0, std = 1): number {
		return this.#one({ kind: "normal", mean, std });
	}

	/** A normal float32 on condition that low ≤ value ≤ high. @throws ArgumentError if std ≤ 0 or low > high */
	truncatedNormal({ mean = 0, std = 1, low = -2, high = 2 } = {}): number {
		return this.#one({ kind: "truncatedNormal", mean, std, low, high });
	}

	/** true with the given probability. @throws ArgumentError if it is outside 0 … 1 */
	bernoulli(probability = 0.5): boolean {
		return this.#one({ kind: "bernoulli", probability, scale: 1 }) === 1;
	}

	/**
	 * An integer with low ≤ value < high, each equally likely.
	 *
	 * @throws ArgumentError if there is none, or more than 2³² of them
	 */
	integer(low: number, high: number): number {
		if (!Number.isSafeInteger(low)) refuse("random integer", "low to be an integer", low);
		if (!Number.isSafeInteger(high)) refuse("random integer", "high to be an integer", high);
		if (high <= low) {
			refuse("random integer", `high to be greater than low (${low})`, high, "high is exclusive: for 1 … 6 give 1 and 7.");
		}
		if (high - low > 2 ** 32) refuse("random integer", "at most 2³² integers from low to high", high - low);
		this.#unreadCount = 0;
		return low + this.#below(high - low);
	}

	/** The numbers 0 … n − 1 in random order, each order equally likely. @throws ArgumentError if n is no integer ≥ 0 */
	permutation(n: number): Int32Array {
		checkCount(n, "random permutation", "n");
		const numbers = new Int32Array(n);
		for (let i = 0; i < n; i++) numbers[i] = i;
		return this.shuffle(numbers);
	}

	/** Puts the items in random order, in place, and returns them. */
	shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T {
		const list: { [index: number]: unknown } = items;
		this.#unreadCount = 0;
		for (let i = items.length - 1; i > 0; i--) {
			const j = this.#below(i + 1);
			const item = list[i];
			list[i] = list[j];
			list[j] = item;
		}
		return items;
	}

	/** One of the items, each equally likely. @throws ArgumentError if there is none */
	choice<T>(items: ArrayLike<T>): T {
		if (items.length === 0) refuse("random choice", "at least one item", "an empty list");
		return items[this.integer(0, items.length)];
	}

	#one(distribution: Distribution): number {
		return this.fill(distribution, new Float32Array(1))[0];
	}

	/** An integer from 0 to range − 1 without bias: Lemire 2019, arXiv:1805.10941. */
	#below(range: number): number {
		let word = this.#word();
		if (range === 2 ** 32) return word;
		let low = Math.imul(word, range) >>> 0;
		if (low < range) {
			const threshold = (2 ** 32 - range) % range;
			while (low < threshold) {
				word = this.#word();
				low = Math.imul(word, range) >>> 0;
			}
		}
		return multiplyHigh(word, range);
	}

	#word(): number {
		if (this.#unreadCount === 0) {
			const words = this.#words;
			words[0] = this.#block;
			words[1] = Math.floor(this.#block / 2 ** 32);
			words[2] = this.#upper[0];
			words[3] = this.#upper[1];
			philox(words, this.#key, words);
			this.#block++;
			this.#unreadCount = 4;
		}
		return this.#words[4 - this.#unreadCount--];
	}
}

function checkName(name: StreamName, where: string, what: string): void {
	if (typeof name === "string" || Number.isSafeInteger(name)) return;
	refuse(where, `${what} to be an integer or a text`, name);
}

/** Longest array that a draw makes. */
const LARGEST_COUNT = 2 ** 31 - 1;

function checkCount(count: number, where: string, what: string): void {
	if (Number.isInteger(count) && count >= 0 && count <= LARGEST_COUNT) return;
	refuse(where, `${what} to be an integer from 0 to 2³¹ − 1`, count);
}
