/** How random words become values of each distribution, four at a time; one row a distribution. The bits are those of core/random. */
import { bernoulliTerms, type Distribution, truncatedTerms, uniformTerms } from "../../../core/random/distribution.ts";
import { type Code, type Expr, type FunctionBuilder, f32x4, f64x2, i32, i32x4, type Local, shuffle32, v128 } from "../assembler.ts";
import { quantileTable, quantileVector } from "./quantile-vector.ts";

type I32 = Expr<"i32">;
type V128 = Expr<"v128">;
type Kind = Distribution["kind"];

/** The code of one distribution. */
interface ConversionCode {
	/** Once, before the first value. */
	readonly prepare: Code;
	/** Four words to four values. */
	readonly convert: (words: Local<"v128">) => { readonly code: Code; readonly value: V128 };
}

/** One distribution. */
interface Conversion<K extends Kind> {
	/** Writes its numbers at the start of `terms`. */
	readonly write: (distribution: Distribution & { readonly kind: K }, terms: DataView) => void;
	/** Code that reads them from address `terms`. */
	readonly emit: (f: FunctionBuilder, terms: I32) => ConversionCode;
}

const conversions: { readonly [K in Kind]: Conversion<K> } = {
	uniform: {
		write: (distribution, terms) => {
			const { low, span, top } = uniformTerms(distribution);
			for (const [i, term] of [low, span, top].entries()) terms.setFloat32(4 * i, term, true);
		},
		emit: (f, terms) => {
			const [low, span, top] = [f.local("v128"), f.local("v128"), f.local("v128")];
			return {
				prepare: [low, span, top].map((term, i) => term.set(v128.load32Splat(terms, 4 * i))),
				convert: (words) => {
					const fraction = f32x4.mul(f32x4.convertI32x4S(i32x4.shrU(words.get, i32.const(8))), f32x4.const(2 ** -24));
					return { code: [], value: f32x4.pmin(f32x4.add(low.get, f32x4.mul(fraction, span.get)), top.get) };
				},
			};
		},
	},
	bernoulli: {
		write: (distribution, terms) => {
			const { threshold, scale } = bernoulliTerms(distribution);
			terms.setInt32(0, threshold - 1, true);
			terms.setFloat32(4, scale, true);
		},
		emit: (f, terms) => {
			const [last, scale] = [f.local("v128"), f.local("v128")];
			return {
				prepare: [last, scale].map((term, i) => term.set(v128.load32Splat(terms, 4 * i))),
				convert: (words) => ({
					code: [],
					value: v128.andnot(scale.get, i32x4.gtS(i32x4.shrU(words.get, i32.const(1)), last.get)),
				}),
			};
		},
	},
	normal: {
		write: ({ mean, std }, terms) => writeNormal(terms, [0, 0, 1, -Infinity, Infinity, mean, std]),
		emit: emitNormal,
	},
	truncatedNormal: {
		write: (distribution, terms) => {
			const { mean, std, low, high } = distribution;
			const { lower, upper, mass } = truncatedTerms(distribution);
			writeNormal(terms, [lower, upper, mass, low, high, mean, std]);
		},
		emit: emitNormal,
	},
};

/** Numbers of a normal distribution before the quantile's table. */
const NORMAL_TERMS = 7;
/** Bytes that the longest terms take. */
export const TERMS_BYTES = 8 * (NORMAL_TERMS + quantileTable.length);

/** Puts what the code of a distribution reads at the start of `terms`. */
export function writeTerms(distribution: Distribution, terms: DataView): void {
	const conversion: Conversion<never> = conversions[distribution.kind];
	conversion.write(distribution as never, terms);
}

/** The code that turns words into values of a kind of distribution. */
export function conversionCode(kind: Kind, f: FunctionBuilder, terms: I32): ConversionCode {
	return conversions[kind].emit(f, terms);
}

function writeNormal(terms: DataView, numbers: readonly number[]): void {
	for (const [i, number] of [...numbers, ...quantileTable].entries()) terms.setFloat64(8 * i, number, true);
}

/** Normal and truncated normal; without bounds the extra additions of 0 and limits at infinity change no bit. */
function emitNormal(f: FunctionBuilder, terms: I32): ConversionCode {
	const term = (index: number): V128 => v128.load64Splat(terms, 8 * index);
	const [lower, upper, mass, low, high, mean, std] = Array.from({ length: NORMAL_TERMS }, (_, i) => term(i));
	const quantile = quantileVector(f, i32.add(terms, i32.const(8 * NORMAL_TERMS)));
	const [place, first, second] = [f.local("v128"), f.local("v128"), f.local("v128")];
	/** The values of the two words in the low lanes, in the low lanes. */
	const pair = (words: V128, target: Local<"v128">): Code => {
		// (word − 2³¹ + 1/2) / 2³², so that u = 1/2 + place and 1 − u = 1/2 − place, all exact.
		const shifted = f64x2.convertLowI32x4S(v128.xor(words, i32x4.const(0x80000000 | 0)));
		const part = (sum: V128): V128 => f64x2.mul(mass, sum);
		const half = f64x2.const(0.5);
		const { code, value } = quantile(
			f64x2.add(lower, part(f64x2.add(half, place.get))),
			f64x2.add(upper, part(f64x2.sub(half, place.get))),
		);
		return [
			place.set(f64x2.mul(f64x2.add(shifted, half), f64x2.const(2 ** -32))),
			code,
			target.set(f32x4.demoteF64x2Zero(f64x2.min(f64x2.max(f64x2.add(mean, f64x2.mul(std, value)), low), high))),
		];
	};
	return {
		prepare: [],
		convert: (words) => ({
			code: [pair(words.get, first), pair(shuffle32(words.get, words.get, [2, 3, 2, 3]), second)],
			value: shuffle32(first.get, second.get, [0, 1, 4, 5]),
		}),
	};
}
