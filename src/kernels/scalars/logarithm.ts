/** Logarithms, with vector code that keeps float32 accuracy over the whole range. */
import { constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { polynomial } from "./exponential.ts";
import { real } from "./types.ts";

/** log(1 + m) = m − m²/2 + m³ · p(m) for 1 + m in [√½, √2): the minimax polynomial of Moshier's Cephes. */
const CUBIC = [
	7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1,
	3.3333331174e-1,
];

/** Joins the parts of log x = e · ln 2 + (m + tail), with |tail| small beside |m|, to a logarithm in some base. */
type Join = (parts: { e: VectorValue; m: VectorValue; tail: VectorValue }) => VectorValue;

/** Any logarithm by x = (1 + m) · 2ᵉ with 1 + m in [√½, √2); subnormals are scaled up first. */
function logarithm(c: VectorCode, input: VectorValue, join: Join): VectorValue {
	const a = c.let(input);
	const tiny = c.let(c.lt(a, c.real(2 ** -126)));
	const x = c.let(c.select(tiny, c.mul(a, c.real(2 ** 25)), a));
	const bits = c.let(c.subInteger(x, c.integer(0x3f3504f3)));
	const e = c.let(c.sub(c.toReal(c.shiftRight(bits, 23)), c.and(tiny, c.real(25))));
	const m = c.let(c.sub(c.addInteger(c.and(bits, c.integer(0x7fffff)), c.integer(0x3f3504f3)), c.real(1)));
	const z = c.let(c.mul(m, m));
	const tail = c.let(c.madd(z, c.real(-0.5), c.mul(c.mul(polynomial(c, m, CUBIC), m), z)));
	const finite = c.let(c.select(c.eq(a, c.real(Number.POSITIVE_INFINITY)), a, join({ e, m, tail })));
	const atZero = c.select(c.eq(a, c.real(0)), c.real(Number.NEGATIVE_INFINITY), finite);
	return c.let(c.select(c.ge(a, c.real(0)), atZero, c.real(Number.NaN)));
}

/** Natural logarithm; ln 2 is split so that e times its upper part is exact. */
export function logVector(c: VectorCode, input: VectorValue): VectorValue {
	return logarithm(c, input, ({ e, m, tail }) => {
		const low = c.add(m, c.madd(e, c.real(-2.1219444e-4), tail));
		return c.madd(e, c.real(0.693359375), low);
	});
}

/** Natural logarithm; −∞ at 0, NaN below */
export const log: Primitive = {
	name: "log",
	arity: 1,
	type: real,
	value: Math.log,
	js: (a) => `Math.log(${a})`,
	vector: logVector,
	wgsl: (a) => `log(${a})`,
	gradient: (grad, [a]) => [grad.div(a)],
};

/** Logarithm of base 2; exact at powers of 2 */
export const log2: Primitive = {
	name: "log2",
	arity: 1,
	type: real,
	value: Math.log2,
	js: (a) => `Math.log2(${a})`,
	vector: (c, input) =>
		logarithm(c, input, ({ e, m, tail }) => {
			// (m + tail) · log₂e with the factor's 1 taken out, so that the largest terms are not rounded.
			const factor = c.real(Math.LOG2E - 1);
			const small = c.madd(m, factor, c.madd(tail, factor, tail));
			return c.add(c.add(small, m), e);
		}),
	wgsl: (a) => `log2(${a})`,
	gradient: (grad, [a]) => [grad.mul(constant(Math.LOG2E)).div(a)],
};

/** Logarithm of base 10 */
export const log10: Primitive = {
	name: "log10",
	arity: 1,
	type: real,
	value: Math.log10,
	js: (a) => `Math.log10(${a})`,
	vector: (c, input) =>
		logarithm(c, input, ({ e, m, tail }) => {
			// Upper parts with few bits, whose products are exact.
			const [logTwo, logE] = [0.30078125, 0.43359375];
			const small = c.madd(tail, c.real(Math.LOG10E), c.mul(e, c.real(Math.log10(2) - logTwo)));
			const middle = c.madd(m, c.real(logE), c.madd(m, c.real(Math.LOG10E - logE), small));
			return c.madd(e, c.real(logTwo), middle);
		}),
	wgsl: (a) => `(log(${a}) * ${Math.LOG10E})`,
	gradient: (grad, [a]) => [grad.mul(constant(Math.LOG10E)).div(a)],
};

/** log(1 + a) by log(u) + (a − (u − 1)) / u with u = 1 + a: the second term undoes the rounding of the sum. */
export function log1pVector(c: VectorCode, input: VectorValue): VectorValue {
	const a = c.let(input);
	const u = c.let(c.add(c.real(1), a));
	const less = c.let(c.sub(u, c.real(1)));
	// For a large a the sum loses the 1 instead of bits of a; either way u − 1 and 1 − (u − a) are exact.
	const lost = c.select(c.gt(a, c.real(1)), c.sub(c.real(1), c.sub(u, a)), c.sub(a, less));
	const whole = c.let(logVector(c, u));
	const corrected = c.add(whole, c.div(lost, u));
	// At −1 and at ∞ the correction is not a number; near 0 there is nothing to correct.
	const edge = c.or(c.le(u, c.real(0)), c.eq(u, c.real(Number.POSITIVE_INFINITY)));
	return c.let(c.select(c.eq(u, c.real(1)), a, c.select(edge, whole, corrected)));
}

/** log(1 + a), exact near 0 */
export const log1p: Primitive = {
	name: "log1p",
	arity: 1,
	type: real,
	value: Math.log1p,
	js: (a) => `Math.log1p(${a})`,
	vector: log1pVector,
	// log(u) · a / (u − 1) with u = 1 + a undoes the rounding of the sum.
	wgsl: (a) => `select(log(1.0 + ${a}) * (${a} / ((1.0 + ${a}) - 1.0)), ${a}, (1.0 + ${a}) == 1.0)`,
	gradient: (grad, [a]) => [grad.div(a.add(1))],
};
