/** Truths and choices. Arguments in truth positions are truths; an executor converts numbers by "not 0". */
import { call } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import { truth, widest } from "./types.ts";

/** a and b */
export const and: Primitive = {
	name: "and",
	arity: 2,
	truthArguments: [0, 1],
	type: truth,
	value: (a, b) => Number(a !== 0 && b !== 0),
	js: (a, b) => `(${a} && ${b} ? 1 : 0)`,
	vector: (c, a, b) => c.and(a, b),
	wgsl: (a, b) => `(${a} && ${b})`,
	gradient: () => [null, null],
};

/** a or b */
export const or: Primitive = {
	name: "or",
	arity: 2,
	truthArguments: [0, 1],
	type: truth,
	value: (a, b) => Number(a !== 0 || b !== 0),
	js: (a, b) => `(${a} || ${b} ? 1 : 0)`,
	vector: (c, a, b) => c.or(a, b),
	wgsl: (a, b) => `(${a} || ${b})`,
	gradient: () => [null, null],
};

/** not a */
export const not: Primitive = {
	name: "not",
	arity: 1,
	truthArguments: [0],
	type: truth,
	value: (a) => Number(a === 0),
	js: (a) => `(${a} ? 0 : 1)`,
	vector: (c, a) => c.not(a),
	wgsl: (a) => `(!${a})`,
	gradient: () => [null],
};

/** a if the condition holds, else b */
export const select: Primitive = {
	name: "select",
	arity: 3,
	truthArguments: [0],
	type: ([, a, b]) => widest([a, b]),
	value: (condition, a, b) => (condition !== 0 ? a : b),
	js: (condition, a, b) => `(${condition} ? ${a} : ${b})`,
	vector: (c, condition, a, b) => c.select(condition, a, b),
	integerVector: (c, condition, a, b) => c.select(condition, a, b),
	wgsl: (condition, a, b) => `select(${b}, ${a}, ${condition})`,
	gradient: (grad, [condition]) => [null, call(select, condition, grad, 0), call(select, condition, 0, grad)],
};

/** Anything as a truth: not 0 (NaN is true). */
export const isTrue: Primitive = {
	name: "isTrue",
	arity: 1,
	truthArguments: [0],
	type: truth,
	value: (a) => Number(a !== 0),
	js: (a) => `(${a} !== 0 ? 1 : 0)`,
	vector: (_, a) => a,
	wgsl: (a) => `bool(${a})`,
	gradient: () => [null],
};

/** Anything as a real number. */
export const toReal: Primitive = {
	name: "toReal",
	arity: 1,
	type: () => "real",
	value: (a) => a,
	js: (a) => a,
	vector: (_, a) => a,
	wgsl: (a) => `f32(${a})`,
	gradient: (grad) => [grad],
};

/** Anything as an integer: fractions are cut off, NaN gives 0. */
export const toInteger: Primitive = {
	name: "toInteger",
	arity: 1,
	type: () => "integer",
	// Saturates at the ends of int32 and sends NaN to 0, as WASM's saturating conversion does.
	// Adding 0 turns −0, which no integer is, into 0.
	value: (a) => (Number.isNaN(a) ? 0 : Math.trunc(Math.max(-2147483648, Math.min(2147483647, a))) + 0),
	js: (a) => `(Number.isNaN(${a}) ? 0 : Math.trunc(Math.max(-2147483648, Math.min(2147483647, ${a}))) + 0)`,
	vector: (c, a) => c.toInteger(a),
	integerVector: (_, a) => a,
	wgsl: (a) => `i32(${a})`,
	gradient: () => [null],
};
