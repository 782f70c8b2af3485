/** Exponentials, with vector code that keeps float32 accuracy over the whole range. */
import { constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { real } from "./types.ts";

/** Horner's scheme, highest coefficient first. */
export function polynomial(c: VectorCode, x: VectorValue, coefficients: readonly number[]): VectorValue {
	return coefficients.slice(1).reduce((sum, k) => c.madd(sum, x, c.real(k)), c.real(coefficients[0]));
}

/** fraction · 2ⁿ in two factors, so that subnormal results and the edge of overflow come out. n: whole float32, |n| ≤ 250. */
function scaleByPowerOfTwo(c: VectorCode, fraction: VectorValue, n: VectorValue): VectorValue {
	const exponent = c.let(c.toInteger(n));
	const half = c.let(c.shiftRight(exponent, 1));
	const power = (k: VectorValue): VectorValue => c.shiftLeft(c.addInteger(k, c.integer(127)), 23);
	return c.mul(c.mul(fraction, power(half)), power(c.subInteger(exponent, half)));
}

/**
 * eˣ · 2^`power` by 2ⁿ · eʳ with |r| ≤ ln 2 / 2; ln 2 is split in two so that the reduction is exact. A `power` of −1 reaches
 * beyond the overflow of eˣ.
 */
export function expVector(c: VectorCode, input: VectorValue, power: 0 | -1 = 0): VectorValue {
	const x = c.let(c.pmax(c.pmin(input, c.real(90)), c.real(-104)));
	const n = c.let(c.nearest(c.mul(x, c.real(Math.LOG2E))));
	const r = c.let(c.madd(n, c.real(2.1219444e-4), c.madd(n, c.real(-0.693359375), x)));
	const tail = polynomial(c, r, [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5]);
	const fraction = c.let(c.add(c.madd(tail, c.let(c.mul(r, r)), r), c.real(1)));
	return scaleByPowerOfTwo(c, fraction, power === 0 ? n : c.add(n, c.real(power)));
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

/** 2ʳ = 1 + r · p(r) for |r| ≤ ½, relative error 2⁻²⁸·⁹. */
const POWER_OF_TWO = [1.5353358e-4, 1.3398875e-3, 9.618437e-3, 5.5503324e-2, 2.4022648e-1, 6.931472e-1, 1];

/** 2ᵃ; exact at whole numbers */
export const exp2: Primitive = {
	name: "exp2",
	arity: 1,
	type: real,
	value: (a) => 2 ** a,
	js: (a) => `(2 ** ${a})`,
	vector: (c, input) => {
		const a = c.let(c.pmax(c.pmin(input, c.real(129)), c.real(-151)));
		const n = c.let(c.nearest(a));
		const r = c.let(c.sub(a, n));
		return c.let(scaleByPowerOfTwo(c, c.let(polynomial(c, r, POWER_OF_TWO)), n));
	},
	wgsl: (a) => `exp2(${a})`,
	gradient: (grad, _, out) => [grad.mul(out).mul(constant(Math.LN2))],
};

/** eᵃ − 1 = 2ⁿ · (eʳ − 1) + (2ⁿ − 1): near 0 n is 0 and nothing cancels. */
function expm1Vector(c: VectorCode, input: VectorValue): VectorValue {
	const a = c.let(input);
	// Below −18 the result is −1; above 89 it overflows. 2ⁿ reaches its edge in two halves.
	const x = c.let(c.pmax(c.pmin(a, c.real(89)), c.real(-18)));
	const n = c.let(c.nearest(c.mul(x, c.real(Math.LOG2E))));
	const r = c.let(c.madd(n, c.real(2.1219444e-4), c.madd(n, c.real(-0.693359375), x)));
	const tail = polynomial(c, r, [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5]);
	const less = c.let(c.madd(tail, c.let(c.mul(r, r)), r));
	const half = c.let(c.shiftLeft(c.addInteger(c.toInteger(n), c.integer(126)), 23));
	const halved = c.let(c.madd(half, less, c.sub(half, c.real(0.5))));
	return c.let(c.or(c.add(halved, halved), c.and(a, c.integer(0x80000000 | 0))));
}

/** eᵃ − 1, exact near 0 */
export const expm1: Primitive = {
	name: "expm1",
	arity: 1,
	type: real,
	value: Math.expm1,
	js: (a) => `Math.expm1(${a})`,
	vector: expm1Vector,
	// Doubled from tanh of the half: e^a − 1 = t · (e^a + 1) with t = tanh(a / 2), which does not cancel near 0.
	wgsl: (a) => `select(tanh(0.5 * ${a}) * (exp(${a}) + 1.0), exp(${a}) - 1.0, abs(${a}) > 1.0)`,
	gradient: (grad, _, out) => [grad.mul(out.add(1))],
};
