/** Hyperbolic functions: polynomials near 0, where differences of exponentials would cancel. */
import { call, constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { expVector, polynomial } from "./exponential.ts";
import { real } from "./types.ts";

/** The sign bit. */
const SIGN = 0x80000000 | 0;

/** An odd function: `near` for small arguments, `far` of the size for others, the argument's sign on both. */
function odd(
	c: VectorCode,
	input: VectorValue,
	parts: { limit: number; near: readonly number[]; far: (size: VectorValue) => VectorValue },
): VectorValue {
	const a = c.let(input);
	const size = c.let(c.abs(a));
	const z = c.let(c.mul(a, a));
	const near = c.madd(c.mul(polynomial(c, z, parts.near), z), size, size);
	// NaN fails every comparison and so takes the near branch, which passes it on.
	const either = c.select(c.ge(size, c.real(parts.limit)), parts.far(size), near);
	return c.let(c.or(either, c.and(a, c.integer(SIGN))));
}

/** Hyperbolic tangent */
export const tanh: Primitive = {
	name: "tanh",
	arity: 1,
	type: real,
	value: Math.tanh,
	js: (a) => `Math.tanh(${a})`,
	vector: (c, input) =>
		odd(c, input, {
			limit: 0.625,
			near: [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
			far: (size) => c.sub(c.real(1), c.div(c.real(2), c.add(expVector(c, c.add(size, size)), c.real(1)))),
		}),
	wgsl: (a) => `tanh(${a})`,
	gradient: (grad, _, out) => [grad.mul(constant(1).sub(out.mul(out)))],
};

/** (eᵃ − e⁻ᵃ) / 2. From eᵃ / 2 the whole range is reached: eᵃ itself overflows earlier. */
export const sinh: Primitive = {
	name: "sinh",
	arity: 1,
	type: real,
	value: Math.sinh,
	js: (a) => `Math.sinh(${a})`,
	vector: (c, input) =>
		odd(c, input, {
			limit: 1,
			near: [2.8169516e-6, 1.983616e-4, 8.33335e-3, 1.6666667e-1],
			far: (size) => {
				const half = c.let(expVector(c, size, -1));
				return c.sub(half, c.div(c.real(0.25), half));
			},
		}),
	wgsl: (a) => `sinh(${a})`,
	gradient: (grad, [a]) => [grad.mul(call(cosh, a))],
};

/** (eᵃ + e⁻ᵃ) / 2 */
export const cosh: Primitive = {
	name: "cosh",
	arity: 1,
	type: real,
	value: Math.cosh,
	js: (a) => `Math.cosh(${a})`,
	vector: (c, input) => {
		const half = c.let(expVector(c, c.abs(input), -1));
		return c.let(c.add(half, c.div(c.real(0.25), half)));
	},
	wgsl: (a) => `cosh(${a})`,
	gradient: (grad, [a]) => [grad.mul(call(sinh, a))],
};
