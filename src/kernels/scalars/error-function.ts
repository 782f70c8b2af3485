/** The error function, of which GELU is made. */
import { call, constant } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import { exp, expVector, polynomial } from "./exponential.ts";
import { real } from "./types.ts";

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * erf in double precision: its series with positive terms, 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, and beyond 3 the continued
 * fraction of 1 − erf. See Abramowitz & Stegun 7.1.6 and 7.1.14.
 */
function erfValue(a: number): number {
	const x = Math.abs(a);
	if (x > 6) return Math.sign(a);
	const scale = Math.exp(-x * x);
	if (x > 3) {
		let fraction = 0;
		for (let k = 80; k >= 1; k--) fraction = k / 2 / (x + fraction);
		return Math.sign(a) * (1 - scale / (Math.sqrt(Math.PI) * (x + fraction)));
	}
	let term = x;
	let sum = x;
	for (let n = 1; term > 1e-17 * sum; n++) {
		term *= (2 * x * x) / (2 * n + 1);
		sum += term;
	}
	return a < 0 || Object.is(a, -0) ? -TWO_OVER_ROOT_PI * scale * sum : TWO_OVER_ROOT_PI * scale * sum;
}

/** erf x = x + x · p(x²) below the limit. */
const NEAR = [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1];
/** 1 − erf x = e^(x · p(x) − x) from the limit on; what lies beyond 4 rounds to 1. */
const FAR = [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1];
const LIMIT = 0.927734375;

/** 2/√π · ∫₀ᵃ e^(−t²) dt */
export const erf: Primitive = {
	name: "erf",
	arity: 1,
	type: real,
	value: erfValue,
	js: (a) => `erf(${a})`,
	jsHelpers: { erf: erfValue },
	vector: (c, input) => {
		const a = c.let(input);
		const size = c.let(c.abs(a));
		const near = c.madd(polynomial(c, c.let(c.mul(a, a)), NEAR), size, size);
		const x = c.let(c.pmin(size, c.real(4)));
		const logarithm = c.sub(c.mul(polynomial(c, x, FAR), x), x);
		const far = c.sub(c.real(1), expVector(c, logarithm));
		// NaN fails the comparison and passes through the near branch.
		const either = c.select(c.gt(size, c.real(LIMIT)), far, near);
		return c.let(c.or(either, c.and(a, c.integer(0x80000000 | 0))));
	},
	wgsl: (a) => `erf(${a})`,
	wgslPrelude: `fn erf(a: f32) -> f32 {
	let x = min(abs(a), 4.0);
	let z = x * x;
	let near = x + x * (${horner(NEAR, "z")});
	let far = 1.0 - exp(x * (${horner(FAR, "x")}) - x);
	return sign(a) * select(near, far, x > ${LIMIT});
}`,
	gradient: (grad, [a]) => [grad.mul(call(exp, a.mul(a).neg())).mul(constant(TWO_OVER_ROOT_PI))],
};

/** Horner's scheme as text. */
function horner(coefficients: readonly number[], x: string): string {
	return coefficients.map(String).reduce((sum, k) => `(${sum}) * ${x} + ${k}`);
}
