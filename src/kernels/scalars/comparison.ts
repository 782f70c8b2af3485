/** Comparisons: truths without derivative; every one but ≠ is false with NaN. */
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { truth } from "./types.ts";

type Compare = (code: VectorCode, a: VectorValue, b: VectorValue) => VectorValue;

function comparison(
	name: string,
	spelling: string,
	value: (a: number, b: number) => boolean,
	vectors: { real: Compare; integer: Compare },
): Primitive {
	const wgslSpelling = spelling.slice(0, 2);
	return {
		name,
		arity: 2,
		type: truth,
		value: (a, b) => Number(value(a, b)),
		js: (a, b) => `(${a} ${spelling} ${b} ? 1 : 0)`,
		vector: vectors.real,
		integerVector: vectors.integer,
		wgsl: (a, b) => `(${a} ${wgslSpelling} ${b})`,
		gradient: () => [null, null],
	};
}

/** a = b */
export const eq = comparison("eq", "===", (a, b) => a === b, {
	real: (c, a, b) => c.eq(a, b),
	integer: (c, a, b) => c.eqInteger(a, b),
});
/** a ≠ b; true with NaN */
export const ne = comparison("ne", "!==", (a, b) => a !== b, {
	real: (c, a, b) => c.ne(a, b),
	integer: (c, a, b) => c.neInteger(a, b),
});
/** a < b */
export const lt = comparison("lt", "<", (a, b) => a < b, {
	real: (c, a, b) => c.lt(a, b),
	integer: (c, a, b) => c.ltInteger(a, b),
});
/** a ≤ b */
export const le = comparison("le", "<=", (a, b) => a <= b, {
	real: (c, a, b) => c.le(a, b),
	integer: (c, a, b) => c.leInteger(a, b),
});
/** a > b */
export const gt = comparison("gt", ">", (a, b) => a > b, {
	real: (c, a, b) => c.gt(a, b),
	integer: (c, a, b) => c.gtInteger(a, b),
});
/** a ≥ b */
export const ge = comparison("ge", ">=", (a, b) => a >= b, {
	real: (c, a, b) => c.ge(a, b),
	integer: (c, a, b) => c.geInteger(a, b),
});
