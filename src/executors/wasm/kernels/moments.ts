/**
 * Moments of a stream of blocks, in double precision.
 *
 * @see Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance"
 */
import { f64x2, type Local, v128 } from "../assembler.ts";
import type { I32, V128, Writer } from "./writer.ts";

/** Count, sum and sum of squared deviations of what was seen, two channels (or one channel twice) at a time. */
export class Moments {
	readonly #w: Writer;
	readonly #sum: Local<"v128">;
	readonly #squares: Local<"v128">;

	/** Starts from nothing, or from what was stored at an address. */
	constructor(w: Writer, stored?: I32) {
		this.#w = w;
		this.#sum = w.variable(stored === undefined ? f64x2.const(0) : v128.load(stored));
		this.#squares = w.variable(stored === undefined ? f64x2.const(0) : v128.load(stored, 16));
	}

	/** Writes the sum and the squares, 32 bytes. */
	store(address: I32): void {
		this.#w.do(v128.store(address, this.#sum.get), v128.store(address, this.#squares.get, 16));
	}

	/**
	 * Joins a block of `count` values whose distances from `shift` have the sum `distances` and the sum of squares `squares`, to
	 * `seen` values before. All are pairs of float64.
	 */
	join(block: { shift: V128; distances: V128; squares: V128; count: V128; seen: V128 }): void {
		const w = this.#w;
		const { shift, distances, squares, count, seen } = block;
		const own = f64x2.sub(squares, f64x2.div(f64x2.mul(distances, distances), count));
		const before = f64x2.div(this.#sum.get, f64x2.max(seen, f64x2.const(1)));
		const gap = w.let(f64x2.sub(f64x2.add(shift, f64x2.div(distances, count)), before));
		const between = f64x2.mul(f64x2.mul(gap, gap), f64x2.div(f64x2.mul(seen, count), f64x2.add(seen, count)));
		w.do(this.#squares.set(f64x2.add(this.#squares.get, f64x2.add(own, between))));
		w.do(this.#sum.set(f64x2.add(this.#sum.get, f64x2.add(f64x2.mul(shift, count), distances))));
	}

	/** The mean of `count` values. */
	mean(count: V128): V128 {
		return f64x2.div(this.#sum.get, count);
	}

	/** Their biased variance. */
	variance(count: V128): V128 {
		// Rounding may leave a tiny negative number where all values are equal.
		return f64x2.max(f64x2.div(this.#squares.get, count), f64x2.const(0));
	}
}
