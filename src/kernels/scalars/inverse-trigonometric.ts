/** asin, acos, atan and atan2: one polynomial each for a small part, mirrored to the rest. */
import { call, constant, type Scalar } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { sqrt } from "./arithmetic.ts";
import { polynomial } from "./exponential.ts";
import { real } from "./types.ts";

const SIGN = 0x80000000 | 0;

/** asin x = x + x³ · p(x²) for |x| ≤ ½, relative error 2⁻²⁷·⁶. */
const ARC_SINE = [4.2166326e-2, 2.4179503e-2, 4.547038e-2, 7.4952975e-2, 1.6666752e-1];

/** atan x = x + x³ · p(x²) for |x| ≤ 1, relative error 2⁻²⁸·⁵. */
const ARC_TANGENT = [
	-1.7936454e-3, 1.0914721e-2, -3.1178081e-2, 5.7957854e-2, -8.4034674e-2, 1.09521925e-1, -1.4264244e-1, 1.9998549e-1, -3.33333e-1,
];

/** x + x · z · p(z) with z = x². */
function oddPolynomial(c: VectorCode, x: VectorValue, z: VectorValue, coefficients: readonly number[]): VectorValue {
	return c.madd(c.mul(polynomial(c, z, coefficients), z), x, x);
}

/**
 * asin of the size if that is at most ½, else asin √((1 − size) / 2), which is half the distance to π/2. Beyond 1 the root is NaN.
 */
function arcSineParts(c: VectorCode, size: VectorValue): { angle: VectorValue; isLarge: VectorValue } {
	const isLarge = c.let(c.gt(size, c.real(0.5)));
	const z = c.let(c.select(isLarge, c.mul(c.sub(c.real(1), size), c.real(0.5)), c.mul(size, size)));
	const x = c.let(c.select(isLarge, c.sqrt(z), size));
	return { angle: c.let(oddPolynomial(c, x, z, ARC_SINE)), isLarge };
}

/** π/2 in two float32, as one does not hold it closely enough. */
const HALF_PI = { high: Math.fround(Math.PI / 2), low: Math.PI / 2 - Math.fround(Math.PI / 2) };

/** π/2 · `times` − x */
function quarterTurns(c: VectorCode, times: 1 | 2, x: VectorValue): VectorValue {
	return c.add(c.sub(c.real(times * HALF_PI.low), x), c.real(times * HALF_PI.high));
}

/** 1 − a² */
function oneMinusSquare(a: Scalar): Scalar {
	return constant(1).sub(a).mul(a.add(1));
}

/** Arc sine, in radians; NaN outside −1 … 1 */
export const asin: Primitive = {
	name: "asin",
	arity: 1,
	type: real,
	value: Math.asin,
	js: (a) => `Math.asin(${a})`,
	vector: (c, input) => {
		const a = c.let(input);
		const { angle, isLarge } = arcSineParts(c, c.let(c.abs(a)));
		const size = c.select(isLarge, quarterTurns(c, 1, c.add(angle, angle)), angle);
		return c.let(c.or(size, c.and(a, c.integer(SIGN))));
	},
	wgsl: (a) => `asin(${a})`,
	gradient: (grad, [a]) => [grad.div(call(sqrt, oneMinusSquare(a)))],
};

/** Arc cosine, in radians; NaN outside −1 … 1 */
export const acos: Primitive = {
	name: "acos",
	arity: 1,
	type: real,
	value: Math.acos,
	js: (a) => `Math.acos(${a})`,
	vector: (c, input) => {
		const a = c.let(input);
		const { angle, isLarge } = arcSineParts(c, c.let(c.abs(a)));
		const doubled = c.let(c.add(angle, angle));
		const large = c.select(c.lt(a, c.real(0)), quarterTurns(c, 2, doubled), doubled);
		const small = quarterTurns(c, 1, c.xor(angle, c.and(a, c.integer(SIGN))));
		return c.let(c.select(isLarge, large, small));
	},
	wgsl: (a) => `acos(${a})`,
	gradient: (grad, [a]) => [grad.div(call(sqrt, oneMinusSquare(a))).neg()],
};

/** Arc tangent, in radians */
export const atan: Primitive = {
	name: "atan",
	arity: 1,
	type: real,
	value: Math.atan,
	js: (a) => `Math.atan(${a})`,
	vector: (c, input) => {
		const a = c.let(input);
		const size = c.let(c.abs(a));
		const isLarge = c.let(c.gt(size, c.real(1)));
		const x = c.let(c.select(isLarge, c.div(c.real(1), size), size));
		const angle = c.let(oddPolynomial(c, x, c.let(c.mul(x, x)), ARC_TANGENT));
		return c.let(c.or(c.select(isLarge, quarterTurns(c, 1, angle), angle), c.and(a, c.integer(SIGN))));
	},
	wgsl: (a) => `atan(${a})`,
	gradient: (grad, [a]) => [grad.div(a.mul(a).add(1))],
};

/** The angle of the point (x = b, y = a), −π … π */
export const atan2: Primitive = {
	name: "atan2",
	arity: 2,
	type: real,
	value: Math.atan2,
	js: (a, b) => `Math.atan2(${a}, ${b})`,
	vector: (c, first, second) => {
		const [y, x] = [c.let(first), c.let(second)];
		const [high, wide] = [c.let(c.abs(y)), c.let(c.abs(x))];
		const isSteep = c.let(c.gt(high, wide));
		const [small, large] = [c.let(c.min(high, wide)), c.let(c.max(high, wide))];
		// On the diagonal the ratio is 1 even for ∞ / ∞; at the origin it is 0 / 0 but the angle along the axis is meant.
		const isDiagonal = c.eq(small, large);
		const diagonal = c.select(c.eq(large, c.real(0)), c.real(0), c.real(1));
		const ratio = c.let(c.select(isDiagonal, diagonal, c.div(small, large)));
		const angle = c.let(oddPolynomial(c, ratio, c.let(c.mul(ratio, ratio)), ARC_TANGENT));
		const upright = c.let(c.select(isSteep, quarterTurns(c, 1, angle), angle));
		const turned = c.select(c.shiftRight(x, 31), quarterTurns(c, 2, upright), upright);
		return c.let(c.or(turned, c.and(y, c.integer(SIGN))));
	},
	wgsl: (a, b) => `atan2(${a}, ${b})`,
	gradient: (grad, [a, b]) => {
		const square = a.mul(a).add(b.mul(b));
		return [grad.mul(b).div(square), grad.mul(a).div(square).neg()];
	},
};
