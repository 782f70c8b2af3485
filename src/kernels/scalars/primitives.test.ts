import { describe, expect, it } from "vitest";
import { call, formula, gradientFormula, inferTypes } from "../formula.ts";
import type { Primitive } from "../primitive.ts";
import { operand, valuesOf } from "../reference/fixture.ts";
import { map } from "../reference/map.ts";
import * as rows from "./index.ts";

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
type Name = keyof typeof rows;
const primitives: readonly (readonly [Name, Primitive])[] = Object.entries(rows) as never;

/** Points of the comparisons, which are flat between them. */
const compared = {
	smooth: [
		[1, 2],
		[2, 1],
	],
	others: [
		[1, 1],
		[nan, 1],
		[nan, nan],
		[0, -0],
		[-inf, inf],
	],
};

/** For each primitive, points where it is smooth (and its derivative is checked) and other arguments that matter. */
const points: Record<Name, { smooth?: readonly number[][]; others: readonly number[][] }> = {
	add: {
		smooth: [
			[1, 2],
			[-3, 0.5],
		],
		others: [[inf, -inf]],
	},
	sub: {
		smooth: [
			[1, 2],
			[-3, 0.5],
		],
		others: [[inf, inf]],
	},
	mul: {
		smooth: [
			[1, 2],
			[-3, 0],
		],
		others: [[0, inf]],
	},
	div: {
		smooth: [
			[1, 2],
			[-3, 0.5],
		],
		others: [
			[1, 0],
			[0, 0],
			[-1, 0],
		],
	},
	neg: { smooth: [[2], [-3]], others: [[0], [nan]] },
	abs: { smooth: [[2], [-3]], others: [[-0], [-inf], [nan]] },
	sign: { smooth: [[2], [-3]], others: [[-0], [0], [inf], [nan]] },
	sqrt: { smooth: [[2], [0.01]], others: [[0], [-1], [inf]] },
	minimum: {
		smooth: [
			[1, 2],
			[2, 1],
		],
		others: [
			[nan, 1],
			[1, nan],
			[0, -0],
		],
	},
	maximum: {
		smooth: [
			[1, 2],
			[2, 1],
		],
		others: [
			[nan, 1],
			[1, nan],
			[-0, 0],
		],
	},
	relu: { smooth: [[2], [-3]], others: [[0], [-inf], [nan]] },
	isNaN: { smooth: [[1]], others: [[nan], [inf], [0]] },
	isFinite: { smooth: [[1]], others: [[nan], [inf], [-inf], [0]] },
	eq: compared,
	ne: compared,
	lt: compared,
	le: compared,
	gt: compared,
	ge: compared,
	erf: { smooth: [[0.5], [-2], [0], [3.5]], others: [[7], [-inf], [nan], [-0]] },
	exp: { smooth: [[1], [-2]], others: [[1000], [-inf], [nan]] },
	exp2: { smooth: [[1], [-2.5]], others: [[3], [-1080], [inf], [nan]] },
	expm1: { smooth: [[1], [-2], [1e-9]], others: [[-inf], [-0]] },
	tanh: { smooth: [[0], [2], [-0.5]], others: [[inf], [-0], [nan]] },
	sinh: { smooth: [[0], [2], [-0.5]], others: [[inf], [-0], [nan]] },
	cosh: { smooth: [[0], [2], [-0.5]], others: [[inf], [-inf], [nan]] },
	asin: { smooth: [[0], [0.9], [-0.5]], others: [[1], [1.5], [-0]] },
	acos: { smooth: [[0], [0.9], [-0.5]], others: [[1], [-1], [1.5]] },
	atan: { smooth: [[0], [5], [-0.5]], others: [[inf], [-inf], [-0]] },
	atan2: {
		smooth: [
			[1, 2],
			[-1, -2],
			[3, -0.5],
		],
		others: [
			[0, -0],
			[-0, 1],
			[inf, -inf],
		],
	},
	log: { smooth: [[1], [0.01], [100]], others: [[0], [-1], [inf]] },
	log2: { smooth: [[1], [0.01], [100]], others: [[8], [0], [-1], [inf]] },
	log10: { smooth: [[1], [0.01], [99]], others: [[1000], [0], [-1], [inf]] },
	log1p: { smooth: [[0], [-0.5], [100]], others: [[-1], [-2], [-0], [inf]] },
	and: {
		smooth: [[1, 0]],
		others: [
			[1, 1],
			[0, 0],
		],
	},
	or: {
		smooth: [[1, 0]],
		others: [
			[1, 1],
			[0, 0],
		],
	},
	not: { smooth: [[1]], others: [[0]] },
	select: {
		smooth: [
			[1, 2, 3],
			[0, 2, 3],
		],
		others: [
			[1, nan, 0],
			[0, nan, 0],
		],
	},
	isTrue: { smooth: [[2]], others: [[0], [1]] },
	toReal: { smooth: [[2.5]], others: [[nan]] },
	toInteger: { smooth: [[2.5], [-2.5]], others: [[nan], [1e10], [-1e10], [-0.5]] },
	pow: {
		smooth: [
			[2, 3],
			[0.5, -1.5],
			[2, 0],
		],
		others: [
			[0, 0],
			[nan, 0],
			[1, nan],
			[-1, inf],
			[-2, 3],
			[-2, 0.5],
			[-0, -3],
		],
	},
	reciprocal: { smooth: [[2], [-0.5]], others: [[0], [-0], [inf]] },
	rsqrt: { smooth: [[2], [0.1]], others: [[0], [-1], [inf]] },
	mod: {
		smooth: [
			[7.5, 2],
			[-7.5, 2],
			[7.5, -2],
		],
		others: [
			[4, 2],
			[-4, 2],
			[1, 0],
			[-1, inf],
			[1, inf],
		],
	},
	floor: { smooth: [[1.5], [-1.5]], others: [[2], [-0.5], [inf], [nan]] },
	ceil: { smooth: [[1.3], [-1.5]], others: [[2], [-0.5], [inf], [nan]] },
	trunc: { smooth: [[1.5], [-1.5]], others: [[2], [-0.5], [inf], [nan]] },
	round: { smooth: [[1.3], [-1.7]], others: [[0.5], [1.5], [2.5], [-0.5], [-2.5], [inf], [nan], [-0]] },
	sin: { smooth: [[0], [1], [-20]], others: [[1e10], [inf], [-0]] },
	cos: { smooth: [[0], [1], [-20]], others: [[1e10], [inf], [-0]] },
	tan: { smooth: [[0], [1], [-2]], others: [[1e10], [inf], [-0]] },
	sigmoid: { smooth: [[0], [2], [-3]], others: [[1000], [-1000], [nan]] },
	softplus: { smooth: [[0.1], [2], [-3]], others: [[1000], [-1000], [nan]] },
	logAddExp: {
		smooth: [
			[1, 2],
			[3, -1],
			[1, 1],
		],
		others: [
			[inf, inf],
			[-inf, -inf],
			[-inf, 3],
			[1000, 1001],
		],
	},
};

describe.each(primitives)("%s", (name, primitive) => {
	const { smooth = [], others } = points[name];

	it("is listed under its own name", () => {
		expect(primitive.name).toBe(name);
	});

	it("has a JavaScript text with its value", () => {
		const names = Array.from({ length: primitive.arity }, (_, i) => `x${i}`);
		const helpers = primitive.jsHelpers ?? {};
		const make = new Function(...Object.keys(helpers), `return (${names}) => ${primitive.js(...names)};`);
		const evaluate = make(...Object.values(helpers)) as (...args: number[]) => number;
		for (const point of [...smooth, ...others]) expect(evaluate(...point), `at ${point}`).toBe(primitive.value(...point));
	});

	it("has a WGSL text that reads every argument and declares what it needs", () => {
		const names = Array.from({ length: primitive.arity }, (_, i) => `x${i}`);
		const text = primitive.wgsl(...names);
		for (const argument of names) expect(text).toContain(argument);
		for (const code of [text, primitive.wgslPrelude ?? ""]) {
			expect(code.split("(").length).toBe(code.split(")").length);
			expect(code).not.toMatch(/Infinity|undefined|Math/);
		}
		for (const [, declared] of (primitive.wgslPrelude ?? "").matchAll(/fn (\w+)/g)) expect(text).toContain(`${declared}(`);
	});

	it("has the derivative that central differences show", () => {
		const of = formula(name, (...inputs) => call(primitive, ...inputs), primitive.arity);
		const [type] = inferTypes(
			of.outputs,
			smooth[0].map(() => "real" as const),
		).values();
		expect(["real", "integer", "truth"]).toContain(type);
		for (const point of smooth) {
			const { formula: gradient, outputOf, reads } = gradientFormula(of, [...point.keys()]);
			const saved = reads.map((read) => (read === "output" ? primitive.value(...point) : point[read]));
			const outs = gradient.outputs.map(() => operand("float64", []));
			map(
				gradient,
				[1, ...saved].map((value) => operand("float64", [], [value])),
				outs,
			);
			point.forEach((x, i) => {
				const step = 1e-5 * (Math.abs(x) || 1);
				const at = (value: number): number => primitive.value(...point.map((p, j) => (i === j ? value : p)));
				const isCondition = primitive.truthArguments?.includes(i) ?? false;
				const difference = isCondition ? 0 : (at(x + step) - at(x - step)) / (2 * step);
				// Truncation is step² times the third derivative, rounding 1e-16 over the step; third derivatives go up to 200 here.
				const error = Math.abs(valuesOf(outs[outputOf[i]])[0] - difference);
				expect(error, `argument ${i} at ${point}`).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)));
			});
		}
	});
});
