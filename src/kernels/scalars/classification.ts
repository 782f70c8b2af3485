/** Questions about the kind of a number; integers are never NaN and always finite. */
import type { Primitive } from "../primitive.ts";
import { truth } from "./types.ts";

/** Whether a is not a number. WGSL may assume that there is no NaN, so it looks at the bits. */
const notANumber: Primitive = {
	name: "isNaN",
	arity: 1,
	type: truth,
	value: (a) => Number(Number.isNaN(a)),
	js: (a) => `(${a} !== ${a} ? 1 : 0)`,
	vector: (c, input) => {
		const a = c.let(input);
		return c.ne(a, a);
	},
	wgsl: (a) => `((bitcast<u32>(${a}) & 0x7fffffffu) > 0x7f800000u)`,
	gradient: () => [null],
};

/** Whether a is neither NaN nor infinite. */
const finiteNumber: Primitive = {
	name: "isFinite",
	arity: 1,
	type: truth,
	value: (a) => Number(Number.isFinite(a)),
	js: (a) => `(Number.isFinite(${a}) ? 1 : 0)`,
	vector: (c, a) => c.lt(c.abs(a), c.real(Number.POSITIVE_INFINITY)),
	wgsl: (a) => `((bitcast<u32>(${a}) & 0x7fffffffu) < 0x7f800000u)`,
	gradient: () => [null],
};

export { finiteNumber as isFinite, notANumber as isNaN };
