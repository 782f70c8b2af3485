/** The sigmoid family: stable forms whose exponentials are taken of −|a|, so that none overflows. */
import { call, constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { expVector } from "./exponential.ts";
import { log1pVector } from "./logarithm.ts";
import { real } from "./types.ts";

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

/** log(1 + eᵃ) = max(a, 0) + log1p(e^−|a|): neither overflows nor loses small values. */
export const softplus: Primitive = {
	name: "softplus",
	arity: 1,
	type: real,
	value: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
	js: (a) => `(Math.max(${a}, 0) + Math.log1p(Math.exp(-Math.abs(${a}))))`,
	vector: (c, input) => {
		const a = c.let(input);
		return c.let(c.add(c.pmax(a, c.real(0)), log1pVector(c, expVector(c, c.neg(c.abs(a))))));
	},
	wgsl: (a) => `(max(${a}, 0.0) + log(1.0 + exp(-abs(${a}))))`,
	gradient: (grad, [a]) => [grad.mul(call(sigmoid, a))],
};

/** log(eᵃ + eᵇ) = max(a, b) + log1p(e^−|a − b|). Equal arguments count as 0 apart, for ∞ − ∞ is not a number. */
export const logAddExp: Primitive = {
	name: "logAddExp",
	arity: 2,
	type: real,
	value: (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))),
	js: (a, b) => `(${a} === ${b} ? ${a} + Math.LN2 : Math.max(${a}, ${b}) + Math.log1p(Math.exp(-Math.abs(${a} - ${b}))))`,
	vector: (c, first, second) => {
		const [a, b] = [c.let(first), c.let(second)];
		const apart = c.select(c.eq(a, b), c.real(0), c.abs(c.sub(a, b)));
		return c.let(c.add(c.max(a, b), log1pVector(c, expVector(c, c.neg(apart)))));
	},
	wgsl: (a, b) => `(max(${a}, ${b}) + log(1.0 + exp(-select(abs(${a} - ${b}), 0.0, ${a} == ${b}))))`,
	gradient: (grad, [a, b]) => [grad.mul(call(sigmoid, a.sub(b))), grad.mul(call(sigmoid, b.sub(a)))],
};
