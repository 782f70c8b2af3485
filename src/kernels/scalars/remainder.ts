/** The remainder of a division that rounds down, as Python's and PyTorch's `%`. */
import { call } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { floor } from "./rounding.ts";
import { widest } from "./types.ts";

const SIGN = 0x80000000 | 0;

/** JavaScript's remainder has the sign of the dividend; one divisor more turns it. A remainder of 0 keeps the dividend's sign. */
function modValue(a: number, b: number): number {
	const rest = a % b;
	return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Whole quotients below this are exact in float64. */
const LARGEST_QUOTIENT = 2 ** 53;

/** a − ⌊a / b⌋ · b in float64. The quotient is taken in two parts of 26 bits, whose products with a float32 are exact. */
function wideMod(c: VectorCode, a: VectorValue, b: VectorValue): VectorValue {
	const { add, mul, sub, div, floor: down, nearest, abs, lt, real: wide } = c.wide;
	const quotient = c.let(down(div(a, b)));
	const upper = c.let(mul(nearest(mul(quotient, wide(2 ** -27))), wide(2 ** 27)));
	const rest = c.let(sub(sub(a, mul(upper, b)), mul(sub(quotient, upper), b)));
	// A large quotient may be rounded up to a whole number; then the rest has the wrong sign.
	const right = c.select(lt(mul(rest, b), wide(0)), add(rest, b), rest);
	return c.select(lt(abs(quotient), wide(LARGEST_QUOTIENT)), right, wide(Number.NaN));
}

function modVector(c: VectorCode, first: VectorValue, second: VectorValue): VectorValue {
	const [a, b] = [c.let(first), c.let(second)];
	const { fromLow, fromHigh, join } = c.wide;
	const halves = [fromLow, fromHigh].map((half) => wideMod(c, c.let(half(a)), c.let(half(b))));
	const rest = c.let(join(halves[0], halves[1]));
	const signed = c.or(rest, c.and(c.and(a, c.integer(SIGN)), c.eq(rest, c.real(0))));
	// An infinite divisor leaves a finite dividend as it is, or is the remainder itself if the signs differ.
	const infinity = c.real(Number.POSITIVE_INFINITY);
	const isWhole = c.and(c.eq(c.abs(b), infinity), c.lt(c.abs(a), infinity));
	const differ = c.and(c.shiftRight(c.xor(a, b), 31), c.ne(a, c.real(0)));
	return c.let(c.select(isWhole, c.select(differ, b, a), signed));
}

/** int32 lanes as float64: both halves of the bits are exact in float32. A remainder by 0 is 0. */
function modIntegerVector(c: VectorCode, first: VectorValue, second: VectorValue): VectorValue {
	const { fromLow, fromHigh, joinInteger, add, mul, real } = c.wide;
	const parts = [first, second].map((value) => {
		const integer = c.let(value);
		return {
			upper: c.let(c.toReal(c.shiftRight(integer, 16))),
			lower: c.let(c.toReal(c.and(integer, c.integer(0xffff)))),
		};
	});
	const halves = [fromLow, fromHigh].map((half) => {
		const [a, b] = parts.map(({ upper, lower }) => c.let(add(mul(half(upper), real(65536)), half(lower))));
		return wideMod(c, a, b);
	});
	return c.let(joinInteger(halves[0], halves[1]));
}

/** The remainder of a / b with the sign of b. Exact in WASM while |a / b| < 2⁵³, beyond that NaN. */
export const mod: Primitive = {
	name: "mod",
	arity: 2,
	type: widest,
	value: modValue,
	js: (a, b) => `mod(${a}, ${b})`,
	jsHelpers: { mod: modValue },
	vector: modVector,
	integerVector: modIntegerVector,
	wgsl: (a, b) => `(${a} - ${b} * floor(${a} / ${b}))`,
	gradient: (grad, [a, b]) => [grad, grad.mul(call(floor, a.div(b))).neg()],
};
