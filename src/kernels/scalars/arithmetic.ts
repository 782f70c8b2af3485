/** Arithmetic primitives: sums, products, quotients, extremes, signs, roots. Over integers they stay integers, but for the quotient. */
import { call, type Scalar } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import { eq, gt, lt } from "./comparison.ts";
import { select } from "./logic.ts";
import { real, widest } from "./types.ts";

/** a + b */
export const add: Primitive = {
	name: "add",
	arity: 2,
	type: widest,
	value: (a, b) => a + b,
	js: (a, b) => `(${a} + ${b})`,
	vector: (c, a, b) => c.add(a, b),
	integerVector: (c, a, b) => c.addInteger(a, b),
	wgsl: (a, b) => `(${a} + ${b})`,
	gradient: (grad) => [grad, grad],
};

/** a − b */
export const sub: Primitive = {
	name: "sub",
	arity: 2,
	type: widest,
	value: (a, b) => a - b,
	js: (a, b) => `(${a} - ${b})`,
	vector: (c, a, b) => c.sub(a, b),
	integerVector: (c, a, b) => c.subInteger(a, b),
	wgsl: (a, b) => `(${a} - ${b})`,
	gradient: (grad) => [grad, grad.neg()],
};

/** a · b */
export const mul: Primitive = {
	name: "mul",
	arity: 2,
	type: widest,
	value: (a, b) => a * b,
	integerValue: Math.imul,
	js: (a, b) => `(${a} * ${b})`,
	vector: (c, a, b) => c.mul(a, b),
	integerVector: (c, a, b) => c.mulInteger(a, b),
	wgsl: (a, b) => `(${a} * ${b})`,
	gradient: (grad, [a, b]) => [grad.mul(b), grad.mul(a)],
};

/** a / b, always a real number */
export const div: Primitive = {
	name: "div",
	arity: 2,
	type: real,
	value: (a, b) => a / b,
	js: (a, b) => `(${a} / ${b})`,
	vector: (c, a, b) => c.div(a, b),
	wgsl: (a, b) => `(${a} / ${b})`,
	gradient: (grad, [, b], out) => [grad.div(b), grad.mul(out).div(b).neg()],
};

/** −a */
export const neg: Primitive = {
	name: "neg",
	arity: 1,
	type: widest,
	value: (a) => -a,
	js: (a) => `(-${a})`,
	vector: (c, a) => c.neg(a),
	integerVector: (c, a) => c.negInteger(a),
	wgsl: (a) => `(-${a})`,
	gradient: (grad) => [grad.neg()],
};

/** |a|; derivative 0 at 0 */
export const abs: Primitive = {
	name: "abs",
	arity: 1,
	type: widest,
	value: Math.abs,
	js: (a) => `Math.abs(${a})`,
	vector: (c, a) => c.abs(a),
	integerVector: (c, a) => c.absInteger(a),
	wgsl: (a) => `abs(${a})`,
	gradient: (grad, [a]) => [grad.mul(call(sign, a))],
};

/** −1, 0 or 1; NaN stays NaN */
export const sign: Primitive = {
	name: "sign",
	arity: 1,
	type: widest,
	value: Math.sign,
	js: (a) => `Math.sign(${a})`,
	vector: (c, a) => {
		const one = c.or(c.and(a, c.integer(0x80000000 | 0)), c.real(1));
		return c.select(c.or(c.lt(a, c.real(0)), c.gt(a, c.real(0))), one, a);
	},
	integerVector: (c, a) => c.subInteger(c.ltInteger(a, c.integer(0)), c.gtInteger(a, c.integer(0))),
	wgsl: (a) => `sign(${a})`,
	gradient: () => [null],
};

/** √a */
export const sqrt: Primitive = {
	name: "sqrt",
	arity: 1,
	type: real,
	value: Math.sqrt,
	js: (a) => `Math.sqrt(${a})`,
	vector: (c, a) => c.sqrt(a),
	wgsl: (a) => `sqrt(${a})`,
	gradient: (grad, _, out) => [grad.mul(0.5).div(out)],
};

/** Where two values tie, each gets half of the gradient. */
function share(grad: Scalar, a: Scalar, b: Scalar, better: Primitive): [Scalar, Scalar] {
	const half = call(select, call(eq, a, b), grad.mul(0.5), grad);
	return [call(select, call(better, b, a), 0, half), call(select, call(better, a, b), 0, half)];
}

/** The smaller; NaN if either is NaN */
export const minimum: Primitive = {
	name: "minimum",
	arity: 2,
	type: widest,
	value: Math.min,
	js: (a, b) => `Math.min(${a}, ${b})`,
	vector: (c, a, b) => c.min(a, b),
	integerVector: (c, a, b) => c.minInteger(a, b),
	wgsl: (a, b) => `min(${a}, ${b})`,
	gradient: (grad, [a, b]) => share(grad, a, b, lt),
};

/** The larger; NaN if either is NaN */
export const maximum: Primitive = {
	name: "maximum",
	arity: 2,
	type: widest,
	value: Math.max,
	js: (a, b) => `Math.max(${a}, ${b})`,
	vector: (c, a, b) => c.max(a, b),
	integerVector: (c, a, b) => c.maxInteger(a, b),
	wgsl: (a, b) => `max(${a}, ${b})`,
	gradient: (grad, [a, b]) => share(grad, a, b, gt),
};

/** max(a, 0) with the convention of rectifiers: derivative 0 at 0, read off the result; NaN passes */
export const relu: Primitive = {
	name: "relu",
	arity: 1,
	type: widest,
	value: (a) => (a < 0 ? 0 : a),
	js: (a) => `(${a} < 0 ? 0 : ${a})`,
	vector: (c, a) => c.pmax(a, c.real(0)),
	integerVector: (c, a) => c.maxInteger(a, c.integer(0)),
	wgsl: (a) => `max(${a}, 0)`,
	gradient: (grad, _, out) => [call(select, out.gt(0), grad, 0)],
};
