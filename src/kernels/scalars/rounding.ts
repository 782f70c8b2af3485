/** Rounding to whole numbers; flat, so without derivative. */
import type { Primitive } from "../primitive.ts";
import type { VectorCode, VectorValue } from "../vector-code.ts";
import { widest } from "./types.ts";

function rounding(
	name: string,
	spelling: Pick<Primitive, "js" | "jsHelpers"> & { wgsl: string },
	value: (a: number) => number,
	vector: (code: VectorCode, a: VectorValue) => VectorValue,
): Primitive {
	return {
		name,
		arity: 1,
		type: widest,
		value,
		js: spelling.js,
		jsHelpers: spelling.jsHelpers,
		vector,
		integerVector: (_, a) => a,
		wgsl: (a) => `${spelling.wgsl}(${a})`,
		gradient: () => [null],
	};
}

/** Nearest whole number; halves go to the even one, as in IEEE 754. */
function nearestEven(a: number): number {
	const down = Math.floor(a);
	const rest = a - down;
	if (rest < 0.5) return Object.is(down, 0) && a < 0 ? -0 : a === 0 ? a : down;
	if (rest > 0.5) return down + 1 === 0 ? -0 : down + 1;
	if (Number.isNaN(rest)) return a;
	const even = down % 2 === 0 ? down : down + 1;
	return even === 0 && a < 0 ? -0 : even;
}

/** ⌊a⌋ */
export const floor = rounding("floor", { js: (a) => `Math.floor(${a})`, wgsl: "floor" }, Math.floor, (c, a) => c.floor(a));
/** ⌈a⌉ */
export const ceil = rounding("ceil", { js: (a) => `Math.ceil(${a})`, wgsl: "ceil" }, Math.ceil, (c, a) => c.ceil(a));
/** Towards 0 */
export const trunc = rounding("trunc", { js: (a) => `Math.trunc(${a})`, wgsl: "trunc" }, Math.trunc, (c, a) => c.trunc(a));
/** To nearest, halves to even */
export const round = rounding("round", { js: (a) => `nearestEven(${a})`, jsHelpers: { nearestEven }, wgsl: "round" }, nearestEven, (c, a) =>
	c.nearest(a),
);
