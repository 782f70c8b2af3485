/** Powers: the general one by C99's rules, and the two with a name. */
import { call, type Scalar } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { eq, ge } from "./comparison.ts";
import { log } from "./logarithm.ts";
import { and, select } from "./logic.ts";
import { real } from "./types.ts";
import { fromBits, throughWide, widePolynomial } from "./wide.ts";

/** log₂ m = f · p(f²) with f = (m − 1) / (m + 1), m in [√½, √2), relative error 2⁻³⁷·⁸. */
const LOG_OF_TWO = [0.34072800815412135, 0.4116728271250312, 0.5770835832594695, 0.9617966733501693, 2.88539008179008];

/** 2ʳ for |r| ≤ ½, relative error 2⁻³⁴·⁵. */
const POWER_OF_TWO = [
	1.5201928657274308e-5, 1.5469292228075806e-4, 1.3333922541673227e-3, 9.61802725048123e-3, 5.550410353466001e-2, 2.4022651198170034e-1,
	6.931471807284337e-1, 9.999999999616884e-1,
];

const ROOT_HALF_BITS = 0x3fe6a09e667f3bcdn;
/** Brings the exponent field of √½ … √2 to that of 1, and carries others along. */
const TO_ONE = fromBits(0x3ff0000000000000n - ROOT_HALF_BITS);
const FROM_ONE = fromBits(ROOT_HALF_BITS);
const FRACTION_MASK = fromBits(0x000fffffffffffffn);
/** Bits put above a 52-bit integer make the float64 2⁵² + that integer. */
const TWO_52 = 2 ** 52;
/** Added to a small whole float64, it leaves that number in the lowest bits. */
const WHOLE_SHIFT = 1.5 * 2 ** 52;

/** log₂ x of positive normal float64 lanes. */
function wideLog2(c: VectorCode, x: VectorValue): VectorValue {
	const { add, sub, mul, div, add64, shiftRightUnsigned64, real: wide } = c.wide;
	const bits = c.let(add64(x, wide(TO_ONE)));
	const e = sub(c.or(shiftRightUnsigned64(bits, 52), wide(TWO_52)), wide(TWO_52 + 1023));
	const m = c.let(add64(c.and(bits, wide(FRACTION_MASK)), wide(FROM_ONE)));
	const f = c.let(div(sub(m, wide(1)), add(m, wide(1))));
	return add(e, mul(widePolynomial(c, c.let(mul(f, f)), LOG_OF_TWO), f));
}

/** 2ᵖ of float64 lanes; beyond what float32 can hold it gives what rounds to 0 or ∞. */
function wideExp2(c: VectorCode, power: VectorValue): VectorValue {
	const { add, sub, nearest, gt, lt, add64, shiftLeft64, real: wide } = c.wide;
	const raw = c.let(power);
	const below = c.let(c.select(gt(raw, wide(200)), wide(200), raw));
	const p = c.let(c.select(lt(below, wide(-200)), wide(-200), below));
	const n = c.let(nearest(p));
	const fraction = widePolynomial(c, c.let(sub(p, n)), POWER_OF_TWO);
	return add64(fraction, shiftLeft64(add(n, wide(WHOLE_SHIFT)), 52));
}

/** |x|ʸ = 2^(y · log₂|x|) in float64, then the cases that logarithms do not know. */
function powVector(c: VectorCode, first: VectorValue, second: VectorValue): VectorValue {
	const [x, y] = [c.let(first), c.let(second)];
	const size = c.let(c.abs(x));
	const general = throughWide(c, [size, y], (a, b) => wideExp2(c, c.wide.mul(b, wideLog2(c, a))));
	const infinity = c.real(Number.POSITIVE_INFINITY);
	const isZero = c.eq(size, c.real(0));
	const isInfinite = c.eq(size, infinity);
	// 0 to a negative power and ∞ to a positive one are ∞; the other way round they are 0.
	const grows = c.xor(c.lt(y, c.real(0)), isInfinite);
	const atEdge = c.select(c.or(isZero, isInfinite), c.and(grows, infinity), general);
	const half = c.let(c.mul(y, c.real(0.5)));
	const isWhole = c.let(c.eq(c.trunc(y), y));
	const isOdd = c.and(isWhole, c.ne(c.trunc(half), half));
	const signed = c.or(atEdge, c.and(c.and(x, c.integer(0x80000000 | 0)), isOdd));
	const isRoot = c.and(c.and(c.lt(x, c.real(0)), c.not(isWhole)), c.lt(size, infinity));
	const isNan = c.or(c.or(c.ne(x, x), c.ne(y, y)), isRoot);
	const checked = c.select(isNan, c.real(Number.NaN), signed);
	// These are 1 whatever the other argument is, even NaN; (−1)^±∞ too, as ∞ counts as even.
	const alternates = c.and(c.eq(x, c.real(-1)), c.eq(c.abs(y), infinity));
	const isOne = c.or(c.or(c.eq(y, c.real(0)), c.eq(x, c.real(1))), alternates);
	return c.let(c.select(isOne, c.real(1), checked));
}

/** C99's pow, which JavaScript's differs from in 1ᴺᵃᴺ and (±1)^±∞: C99 has 1. */
function powValue(a: number, b: number): number {
	return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
}

/** aᵇ, a real number; NaN for a negative base with a broken exponent */
export const pow: Primitive = {
	name: "pow",
	arity: 2,
	type: real,
	value: powValue,
	js: (a, b) => `pow(${a}, ${b})`,
	jsHelpers: { pow: powValue },
	vector: powVector,
	wgsl: (a, b) => `realPow(${a}, ${b})`,
	wgslPrelude: `fn realPow(a: f32, b: f32) -> f32 {
	if (b == 0.0 || a == 1.0) { return 1.0; }
	let size = pow(abs(a), b);
	if (a >= 0.0) { return size; }
	// NaN, spelled so that it is no constant: WGSL rejects constant NaN.
	if (trunc(b) != b) { return bitcast<f32>(0x7fc00000u | (bitcast<u32>(b) & 1u)); }
	return select(size, -size, trunc(b * 0.5) != b * 0.5);
}`,
	gradient: (grad, [a, b], out) => [gradBase(grad, a, b), gradExponent(grad, a, b, out)],
};

/** b · aᵇ⁻¹; 0 for b = 0 even at a = 0, where the power is infinite. */
function gradBase(grad: Scalar, a: Scalar, b: Scalar): Scalar {
	return call(select, call(eq, b, 0), 0, grad.mul(b).mul(call(pow, a, b.sub(1))));
}

/** aᵇ · log a; 0 where a = 0 and b ≥ 0, the limit from above. */
function gradExponent(grad: Scalar, a: Scalar, b: Scalar, out: Scalar): Scalar {
	const flat = call(and, call(eq, a, 0), call(ge, b, 0));
	return call(select, flat, 0, grad.mul(out).mul(call(log, a)));
}

/** 1 / a */
export const reciprocal: Primitive = {
	name: "reciprocal",
	arity: 1,
	type: real,
	value: (a) => 1 / a,
	js: (a) => `(1 / ${a})`,
	vector: (c, a) => c.div(c.real(1), a),
	wgsl: (a) => `(1.0 / ${a})`,
	gradient: (grad, _, out) => [grad.mul(out).mul(out).neg()],
};

/** 1 / √a */
export const rsqrt: Primitive = {
	name: "rsqrt",
	arity: 1,
	type: real,
	value: (a) => 1 / Math.sqrt(a),
	js: (a) => `(1 / Math.sqrt(${a}))`,
	vector: (c, a) => c.div(c.real(1), c.sqrt(a)),
	wgsl: (a) => `inverseSqrt(${a})`,
	gradient: (grad, _, out) => [grad.mul(-0.5).mul(out).mul(out).mul(out)],
};
