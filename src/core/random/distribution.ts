/**
 * What can be drawn, and how one random word becomes one value. Every distribution takes exactly one word per value, so the value
 * at place i of a draw depends on the key, the counter and i alone.
 */
import { ArgumentError } from "../errors.ts";
import { normalQuantile, normalTail } from "./elementary.ts";

/**
 * A distribution to draw float32 values from.
 *
 * - `uniform`: low ≤ value < high (value = low where they are equal), in 2²⁴ steps
 * - `normal`: mean and standard deviation
 * - `truncatedNormal`: a normal variable on condition that it lies in low … high; either may be infinite
 * - `bernoulli`: `scale` with probability `probability` (to 2⁻³²), else 0
 */
export type Distribution =
	| { readonly kind: "uniform"; readonly low: number; readonly high: number }
	| { readonly kind: "normal"; readonly mean: number; readonly std: number }
	| {
			readonly kind: "truncatedNormal";
			readonly mean: number;
			readonly std: number;
			readonly low: number;
			readonly high: number;
	  }
	| { readonly kind: "bernoulli"; readonly probability: number; readonly scale: number };

/** Where in a random stream drawing starts: Philox key and counter. */
export interface RandomPosition {
	readonly key: readonly [number, number];
	/** 128-bit counter of the first block of four words, as four uint32, least significant first. */
	readonly counter: readonly [number, number, number, number];
}

/** Standard deviations from the mean beyond which a one-sided truncated normal is refused: 5e-198 lies there. */
const FARTHEST_BOUND = 30;

/** Throws an `ArgumentError` about the argument that a distribution was given. */
export function refuse(where: string, expected: string, received: unknown, advice?: string): never {
	const text = typeof received === "string" ? `"${received}"` : String(received);
	throw new ArgumentError(`${where}: expected ${expected}, received ${text}.${advice === undefined ? "" : `\n  Try: ${advice}`}`);
}

/** Whether float32 has a finite value for it. */
const isFinite32 = (x: number): boolean => typeof x === "number" && Number.isFinite(Math.fround(x));

/**
 * Checks the numbers of a distribution.
 *
 * @param where - what the user called, to begin the message with
 * @throws ArgumentError if one makes no sense
 */
export function checkDistribution(distribution: Distribution, where: string): void {
	const { kind } = distribution;
	switch (kind) {
		case "uniform": {
			const { low, high } = distribution;
			if (!isFinite32(low)) refuse(where, "low to be a finite float32 number", low);
			if (!isFinite32(high)) refuse(where, "high to be a finite float32 number", high);
			if (low > high) refuse(where, `high to be at least low (${low})`, high, "swap low and high.");
			if (!isFinite32(high - low)) refuse(where, "high − low to be finite in float32", high - low);
			return;
		}
		case "normal": {
			const { mean, std } = distribution;
			if (!isFinite32(mean)) refuse(where, "mean to be a finite float32 number", mean);
			if (!isFinite32(std) || std < 0) refuse(where, "std to be a finite number ≥ 0", std);
			return;
		}
		case "truncatedNormal":
			checkTruncated(distribution, where);
			return;
		case "bernoulli": {
			const { probability, scale } = distribution;
			if (!(probability >= 0 && probability <= 1)) refuse(where, "a probability from 0 to 1", probability);
			if (!isFinite32(scale)) refuse(where, "scale to be a finite float32 number", scale);
			return;
		}
		default:
			kind satisfies never;
			refuse(where, "the kind to be uniform, normal, truncatedNormal or bernoulli", kind);
	}
}

function checkTruncated(distribution: Distribution & { kind: "truncatedNormal" }, where: string): void {
	const { mean, std, low, high } = distribution;
	if (!isFinite32(mean)) refuse(where, "mean to be a finite float32 number", mean);
	if (!isFinite32(std) || !(std > 0)) refuse(where, "std to be a finite number > 0", std);
	if (Number.isNaN(Number(low))) refuse(where, "low to be a number", low);
	if (!(low <= high)) refuse(where, `high to be at least low (${low})`, high, "swap low and high.");
	const nearest = Math.min(Math.max(mean, low), high);
	if (!(Math.abs(nearest - mean) <= FARTHEST_BOUND * std)) {
		refuse(
			where,
			`low … high to come within ${FARTHEST_BOUND} standard deviations of the mean`,
			`${low} … ${high} with mean ${mean} and std ${std}`,
			"a larger std, or a uniform distribution.",
		);
	}
}

/** A function from a random word (uint32) to a value; float32 rounding happens inside. */
export type Converter = (word: number) => number;

/**
 * How words become values of a distribution. Only float32 and float64 basic operations, so the bits are the same everywhere;
 * executors with kernels of their own take the numbers from `uniformTerms`, `bernoulliTerms` and `truncatedTerms`.
 */
export function converter(distribution: Distribution): Converter {
	switch (distribution.kind) {
		case "uniform": {
			const { low, span, top } = uniformTerms(distribution);
			return (word) => Math.min(Math.fround(low + Math.fround((word >>> 8) * 2 ** -24 * span)), top);
		}
		case "normal": {
			const { mean, std } = distribution;
			return (word) => Math.fround(mean + std * normalQuantile(fraction(word), fraction(~word >>> 0)));
		}
		case "truncatedNormal": {
			const { mean, std, low, high } = distribution;
			const { lower, upper, mass } = truncatedTerms(distribution);
			return (word) => {
				const x = normalQuantile(lower + mass * fraction(word), upper + mass * fraction(~word >>> 0));
				return Math.fround(Math.min(Math.max(mean + std * x, low), high));
			};
		}
		case "bernoulli": {
			const { threshold, scale } = bernoulliTerms(distribution);
			// A look-up, because a branch on a random bit is mispredicted half the time.
			const values = [0, scale];
			return (word) => values[((word >>> 1) - threshold) >>> 31];
		}
	}
}

/** (word + 1/2) / 2³²: never 0 or 1; the fraction of ~word is 1 minus it, exactly. */
const fraction = (word: number): number => (word + 0.5) * 2 ** -32;

/** value = min(low + (word >>> 8) · 2⁻²⁴ · span, top), each operation in float32; `top` is the last value below high. */
export function uniformTerms({ low, high }: Distribution & { kind: "uniform" }): {
	low: number;
	span: number;
	top: number;
} {
	// + 0 turns −0 into 0, so that no minimum has to tell them apart.
	const first = Math.fround(low) + 0;
	const end = Math.fround(high) + 0;
	return { low: first, span: Math.fround(end - first), top: Math.max(first, previousFloat32(end)) };
}

/** value = scale if (word >>> 1) < threshold, else 0. */
export function bernoulliTerms({ probability, scale }: Distribution & { kind: "bernoulli" }): {
	threshold: number;
	scale: number;
} {
	return { threshold: Math.round(probability * 2 ** 31), scale: Math.fround(scale) };
}

/**
 * value = mean + std · Φ⁻¹ of probability `lower` + mass · u below and `upper` + mass · (1 − u) above, kept in low … high;
 * u = (word + 1/2) / 2³². Everything is float64 up to the last rounding.
 */
export function truncatedTerms({ mean, std, low, high }: Distribution & { kind: "truncatedNormal" }): {
	lower: number;
	upper: number;
	mass: number;
} {
	const a = (low - mean) / std;
	const b = (high - mean) / std;
	const lower = normalTail(-a);
	const upper = normalTail(b);
	// The mass between the bounds, as a difference of the tails that are small.
	const mass = a > 0 ? normalTail(a) - upper : b < 0 ? normalTail(-b) - lower : 1 - lower - upper;
	return { lower, upper, mass };
}

const float32 = new Float32Array(1);
const int32 = new Int32Array(float32.buffer);

/** The largest float32 below a finite float32. */
function previousFloat32(x: number): number {
	if (x === 0) return -(2 ** -149);
	float32[0] = x;
	int32[0] += x > 0 ? -1 : 1;
	return float32[0];
}
