/** Draws many values at a position of a stream: the reference that every executor's random kernel repeats bit by bit. */
import { converter, type Distribution, type RandomPosition } from "./distribution.ts";
import { advanceCounter, philox } from "./philox.ts";

/**
 * out[i] = the value of `distribution` for word i mod 4 of the Philox block at counter + ⌊i / 4⌋.
 *
 * Words become values as follows; rounding is to float32 unless said otherwise.
 * - uniform: min(low + (word >>> 8) · 2⁻²⁴ · (high − low), the float32 before high)
 * - bernoulli: scale if (word >>> 1) < round(probability · 2³¹), else 0
 * - normal: mean + std · Φ⁻¹((word + ½) / 2³²) in float64, then rounded; at most 6.34 standard deviations from the mean
 * - truncatedNormal: mean + std · Φ⁻¹(Φ(a) + (word + ½) / 2³² · (Φ(b) − Φ(a))) in float64, a and b the bounds in standard
 *   deviations, then kept in low … high and rounded
 *
 * The distribution must have passed `checkDistribution`.
 */
export function fill(distribution: Distribution, position: RandomPosition, out: Float32Array): void {
	const convert = converter(distribution);
	const counter = new Uint32Array(position.counter);
	const words = new Uint32Array(4);
	for (let start = 0; start < out.length; start += 4) {
		philox(counter, position.key, words);
		const end = Math.min(4, out.length - start);
		for (let i = 0; i < end; i++) out[start + i] = convert(words[i]);
		advanceCounter(counter, 1);
	}
}

/** The position `blocks` blocks of four values further on. */
export function positionAfter(position: RandomPosition, blocks: number): RandomPosition {
	const counter = new Uint32Array(position.counter);
	advanceCounter(counter, blocks);
	return { key: position.key, counter: [counter[0], counter[1], counter[2], counter[3]] };
}
