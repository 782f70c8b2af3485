/** exp, log and the sigmoid family: stable forms, with vector code that keeps float32 accuracy over the whole range. */
import { call, constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { real } from "./types.ts";

/** Horner's scheme, highest coefficient first. */
export function polynomial(c: VectorCode, x: VectorValue, coefficients: readonly number[]): VectorValue {
	return coefficients.slice(1).reduce((sum, k) => c.madd(sum, x, c.real(k)), c.real(coefficients[0]));
}

/**
 * exp by 2ⁿ · eʳ with |r| ≤ ln 2 / 2. ln 2 is split in two so that the reduction is exact; 2ⁿ is applied in two factors so that
 * subnormal results and the edge of overflow come out.
 */
function expVector(c: VectorCode, input: VectorValue): VectorValue {
	const x = c.let(c.pmax(c.pmin(input, c.real(89)), c.real(-104)));
	const n = c.let(c.nearest(c.mul(x, c.real(Math.LOG2E))));
	const r = c.let(c.madd(n, c.real(2.1219444e-4), c.madd(n, c.real(-0.693359375), x)));
	const tail = polynomial(c, r, [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5]);
	const fraction = c.let(c.add(c.madd(tail, c.let(c.mul(r, r)), r), c.real(1)));
	const exponent = c.let(c.toInteger(n));
	const half = c.let(c.shiftRight(exponent, 1));
	const power = (k: VectorValue): VectorValue => c.shiftLeft(c.addInteger(k, c.integer(127)), 23);
	return c.mul(c.mul(fraction, power(half)), power(c.subInteger(exponent, half)));
}

/** eᵃ */
export const exp: Primitive = {
	name: "exp",
	arity: 1,
	type: real,
	value: Math.exp,
	js: (a) => `Math.exp(${a})`,
	vector: (c, a) => c.let(expVector(c, a)),
	wgsl: (a) => `exp(${a})`,
	gradient: (grad, _, out) => [grad.mul(out)],
};

/** log by x = m · 2ᵉ with m in [√½, √2), subnormals scaled up first. */
function logVector(c: VectorCode, input: VectorValue): VectorValue {
	const a = c.let(input);
	const tiny = c.let(c.lt(a, c.real(1.17549435e-38)));
	const x = c.let(c.select(tiny, c.mul(a, c.real(2 ** 25)), a));
	const bits = c.let(c.subInteger(x, c.integer(0x3f3504f3)));
	const e = c.let(c.sub(c.toReal(c.shiftRight(bits, 23)), c.and(tiny, c.real(25))));
	const m = c.let(c.sub(c.addInteger(c.and(bits, c.integer(0x7fffff)), c.integer(0x3f3504f3)), c.real(1)));
	const z = c.let(c.mul(m, m));
	const p = polynomial(
		c,
		m,
		[
			7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
			-2.4999993993e-1, 3.3333331174e-1,
		],
	);
	const low = c.madd(e, c.real(-2.1219444e-4), c.mul(c.mul(p, m), z));
	const sum = c.add(c.add(m, c.madd(z, c.real(-0.5), low)), c.mul(e, c.real(0.693359375)));
	const finite = c.let(c.select(c.eq(a, c.real(Number.POSITIVE_INFINITY)), a, sum));
	const atZero = c.select(c.eq(a, c.real(0)), c.real(Number.NEGATIVE_INFINITY), finite);
	return c.let(c.select(c.ge(a, c.real(0)), atZero, c.real(Number.NaN)));
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

/** 1 / (1 + e⁻ᵃ): both tails are exact because the exponential is taken of −|a|. */
function sigmoidVector(c: VectorCode, input: VectorValue): VectorValue {
	const a = c.let(input);
	const e = c.let(expVector(c, c.neg(c.abs(a))));
	const numerator = c.select(c.lt(a, c.real(0)), e, c.real(1));
	return c.let(c.div(numerator, c.add(c.real(1), e)));
}

/** 1 / (1 + e⁻ᵃ) */
export const sigmoid: Primitive = {
	name: "sigmoid",
	arity: 1,
	type: real,
	value: (a) => (a < 0 ? Math.exp(a) / (1 + Math.exp(a)) : 1 / (1 + Math.exp(-a))),
	js: (a) => `(${a} < 0 ? Math.exp(${a}) / (1 + Math.exp(${a})) : 1 / (1 + Math.exp(-${a})))`,
	vector: sigmoidVector,
	wgsl: (a) => `(1.0 / (1.0 + exp(-${a})))`,
	gradient: (grad, _, out) => [grad.mul(out).mul(constant(1).sub(out))],
};

/** tanh: a polynomial near 0, where 1 − 2 / (e²ᵃ + 1) would cancel. */
function tanhVector(c: VectorCode, input: VectorValue): VectorValue {
	const a = c.let(input);
	const size = c.let(c.abs(a));
	const z = c.let(c.mul(a, a));
	const near = c.madd(
		c.mul(polynomial(c, z, [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]), z),
		a,
		a,
	);
	const e = expVector(c, c.add(size, size));
	const far = c.sub(c.real(1), c.div(c.real(2), c.add(e, c.real(1))));
	const signed = c.or(far, c.and(a, c.integer(0x80000000 | 0)));
	// NaN fails every comparison and so takes the near branch, which passes it on.
	return c.let(c.select(c.ge(size, c.real(0.625)), signed, near));
}

/** Hyperbolic tangent */
export const tanh: Primitive = {
	name: "tanh",
	arity: 1,
	type: real,
	value: Math.tanh,
	js: (a) => `Math.tanh(${a})`,
	vector: tanhVector,
	wgsl: (a) => `tanh(${a})`,
	gradient: (grad, _, out) => [grad.mul(constant(1).sub(out.mul(out)))],
};

/** log(1 + a), exact near 0: log(u) · a / (u − 1) with u = 1 + a undoes the rounding of the sum. */
export const log1p: Primitive = {
	name: "log1p",
	arity: 1,
	type: real,
	value: Math.log1p,
	js: (a) => `Math.log1p(${a})`,
	vector: (c, input) => {
		const a = c.let(input);
		const u = c.let(c.add(c.real(1), a));
		const whole = c.let(logVector(c, u));
		const corrected = c.mul(whole, c.div(a, c.sub(u, c.real(1))));
		const infinite = c.eq(u, c.real(Number.POSITIVE_INFINITY));
		return c.let(c.select(c.eq(u, c.real(1)), a, c.select(infinite, u, corrected)));
	},
	wgsl: (a) => `log(1.0 + ${a})`,
	gradient: (grad, [a]) => [grad.div(a.add(1))],
};

/** eᵃ − 1, exact near 0: (u − 1) · a / log(u) with u = eᵃ undoes the rounding of the exponential. */
export const expm1: Primitive = {
	name: "expm1",
	arity: 1,
	type: real,
	value: Math.expm1,
	js: (a) => `Math.expm1(${a})`,
	vector: (c, input) => {
		const a = c.let(input);
		const u = c.let(expVector(c, a));
		const less = c.let(c.sub(u, c.real(1)));
		const corrected = c.mul(less, c.div(a, logVector(c, u)));
		// Far from 0 nothing cancels; the quotient would only meet its infinities there.
		const direct = c.gt(c.abs(a), c.real(1));
		return c.let(c.select(direct, less, c.select(c.eq(u, c.real(1)), a, corrected)));
	},
	wgsl: (a) => `(exp(${a}) - 1.0)`,
	gradient: (grad, _, out) => [grad.mul(out.add(1))],
};

/** log(1 + eᵃ) = max(a, 0) + log1p(e^−|a|): neither overflows nor loses small values. */
export const softplus: Primitive = {
	name: "softplus",
	arity: 1,
	type: real,
	value: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
	js: (a) => `(Math.max(${a}, 0) + Math.log1p(Math.exp(-Math.abs(${a}))))`,
	vector: (c, input) => {
		const a = c.let(input);
		return c.let(c.add(c.pmax(a, c.real(0)), log1p.vector(c, expVector(c, c.neg(c.abs(a))))));
	},
	wgsl: (a) => `(max(${a}, 0.0) + log(1.0 + exp(-abs(${a}))))`,
	gradient: (grad, [a]) => [grad.mul(call(sigmoid, a))],
};
