/**
 * sin, cos and tan. The vector code works in float64 and reduces every float32, however large, to a part of a turn: x / 2π is
 * formed from pieces of 1 / 2π so short that their products with a float32 are exact, and whole turns are dropped piece by piece.
 */
import { call } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { real } from "./types.ts";
import { throughWide, widePolynomial } from "./wide.ts";

/** Pieces of 29 bits of 1 / 2π, and the rest, which no float32 brings near a whole turn. */
const TURN_PIECES = [0.15915494225919247, 8.327028684640414e-10, 5.69002511952534e-19, 6.317065083361892e-27, 5.595982707708916e-36];
const TURN_REST = 6.551007954373285e-45;

/** sin 2πg = g · p(g²) for |g| ≤ ¼, relative error 2⁻³⁵·⁵. */
const SINE_OF_TURNS = [
	-14.38139229454288, 42.007797436542965, -76.70417027310434, 81.60522369074683, -41.34170209693272, 6.2831853070467005,
];

/** The part of a turn, −½ … ½, that the angle x ≥ 0 (float64 lanes) stands for. NaN for ∞. */
function partOfTurn(c: VectorCode, x: VectorValue): VectorValue {
	const { add, mul, sub, nearest } = c.wide;
	const fraction = (value: VectorValue): VectorValue => {
		const turns = c.let(value);
		return c.let(sub(turns, nearest(turns)));
	};
	const sum = TURN_PIECES.map((piece) => fraction(mul(x, c.wide.real(piece)))).reduce((a, b) => add(a, b));
	return fraction(add(sum, mul(x, c.wide.real(TURN_REST))));
}

/** sin 2πt for |t| ≤ ½: mirrored at a quarter turn, where it is steepest in no direction. */
function sineOfTurns(c: VectorCode, turns: VectorValue): VectorValue {
	const { mul, sub, abs, gt } = c.wide;
	const size = c.let(abs(turns));
	const g = c.let(c.select(gt(size, c.wide.real(0.25)), sub(c.wide.real(0.5), size), size));
	const sine = mul(widePolynomial(c, c.let(mul(g, g)), SINE_OF_TURNS), g);
	return c.let(c.or(sine, c.and(turns, c.wide.real(-0))));
}

/** cos 2πt for |t| ≤ ½ as the sine a quarter turn before: sin 2π(¼ − |t|). */
function cosineOfTurns(c: VectorCode, turns: VectorValue): VectorValue {
	return sineOfTurns(c, c.let(c.wide.sub(c.wide.real(0.25), c.wide.abs(turns))));
}

/** Computes with |a| and gives the result the sign of a, so that −0 stays. */
function oddThroughWide(c: VectorCode, input: VectorValue, compute: (size: VectorValue) => VectorValue): VectorValue {
	const a = c.let(input);
	return c.let(c.xor(throughWide(c, [c.abs(a)], compute), c.and(a, c.integer(0x80000000 | 0))));
}

/** Sine; a in radians */
export const sin: Primitive = {
	name: "sin",
	arity: 1,
	type: real,
	value: Math.sin,
	js: (a) => `Math.sin(${a})`,
	vector: (c, a) => oddThroughWide(c, a, (size) => sineOfTurns(c, partOfTurn(c, size))),
	wgsl: (a) => `sin(${a})`,
	gradient: (grad, [a]) => [grad.mul(call(cos, a))],
};

/** Cosine; a in radians */
export const cos: Primitive = {
	name: "cos",
	arity: 1,
	type: real,
	value: Math.cos,
	js: (a) => `Math.cos(${a})`,
	vector: (c, a) => throughWide(c, [c.abs(a)], (size) => cosineOfTurns(c, partOfTurn(c, size))),
	wgsl: (a) => `cos(${a})`,
	gradient: (grad, [a]) => [grad.mul(call(sin, a)).neg()],
};

/** Tangent; a in radians */
export const tan: Primitive = {
	name: "tan",
	arity: 1,
	type: real,
	value: Math.tan,
	js: (a) => `Math.tan(${a})`,
	vector: (c, a) =>
		oddThroughWide(c, a, (size) => {
			const turns = partOfTurn(c, size);
			return c.wide.div(sineOfTurns(c, turns), cosineOfTurns(c, turns));
		}),
	wgsl: (a) => `tan(${a})`,
	gradient: (grad, _, out) => [grad.mul(out.mul(out).add(1))],
};
