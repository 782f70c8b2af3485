/**
 * Mean and variance by channel in one pass. Values are taken relative to a shift, the mean of what came before, so that nothing
 * cancels; blocks are joined in double precision.
 *
 * @see Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance"
 */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, f64x2, i32, type Local, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";
import { bothLanes, columnTotal, STRIP, sumAlongRow, sumDownColumns, walkStrips } from "./channel-sums.ts";
import { upperHalf } from "./fold.ts";
import { type I32, smaller, type V128, wordAt, type Writer, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;
/** Elements, about, after which the shift is renewed. */
const BLOCK_ELEMENTS = 4096;
/** Rows, where channels are columns, after which it is renewed. */
const BLOCK_ROWS = 512;
/** Elements or rows of which the first shift is the mean. */
const FIRST = 32;

/** See {@link Kernels.channelStatistics}. */
export function channelStatistics(host: Host): Kernels["channelStatistics"] {
	return (x, mean, variance, { outer, channels, inner }) => {
		const columns = inner === 1;
		const kernel = host.kernel(`channelStatistics ${columns}`, (module) => (columns ? buildColumns(module) : buildRows(module)));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = x.size === 0 ? 0 : outer;
		words[at + 1] = channels;
		words[at + 2] = inner;
		words[at + 3] = addressOf(x);
		words[at + 4] = addressOf(mean);
		words[at + 5] = addressOf(variance);
		words[at + 6] = columns ? BLOCK_ROWS : Math.max(1, Math.floor(BLOCK_ELEMENTS / Math.max(1, inner)));
		const unitElements = outer * (columns ? STRIP : inner) + 1;
		host.run(kernel, columns ? Math.ceil(channels / STRIP) : channels, Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/** Count, sum and sum of squared deviations of what was seen, two channels (or one channel twice) at a time. */
class Moments {
	readonly #w: Writer;
	readonly #sum: Local<"v128">;
	readonly #squares: Local<"v128">;

	constructor(w: Writer) {
		this.#w = w;
		this.#sum = w.variable(f64x2.const(0));
		this.#squares = w.variable(f64x2.const(0));
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

/** 0 where a shift would be no number: infinities must reach the sums as themselves. */
function finiteOrZero(w: Writer, shift: V128): V128 {
	const value = w.let(shift);
	return w.let(v128.and(value, f32x4.lt(f32x4.abs(value), f32x4.const(Number.POSITIVE_INFINITY))));
}

const pairOf = (count: I32): V128 => f64x2.convertLowI32x4S(i32x4Splat(count));
