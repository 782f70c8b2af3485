import { describe, expect, it } from "vitest";
import { call, formula } from "../../kernels/formula.ts";
import type { Primitive } from "../../kernels/primitive.ts";
import * as rows from "../../kernels/scalars/index.ts";
import { makeHost, operand, slowCopy, valuesOf } from "./kernels/fixture.ts";
import { map } from "./kernels/map.ts";

type Name = keyof typeof rows;

/**
 * Largest errors in float32 ulps of the exact result, half a ulp being perfect rounding. Measured over millions of arguments, then
 * rounded up; both with fused multiply-add and without.
 */
const largestUlps: Record<Name, number> = {
	...{ add: 0.5, sub: 0.5, mul: 0.5, div: 0.5, neg: 0, abs: 0, sign: 0, sqrt: 0.5, minimum: 0, maximum: 0, relu: 0 },
	...{ isNaN: 0, isFinite: 0, eq: 0, ne: 0, lt: 0, le: 0, gt: 0, ge: 0, and: 0, or: 0, not: 0, select: 0, isTrue: 0 },
	...{ floor: 0, ceil: 0, trunc: 0, round: 0, toReal: 0, toInteger: 0.5 },
	...{ exp: 1.1, exp2: 1.3, expm1: 1.7, log: 1, log2: 1.3, log10: 1.9, log1p: 1.7 },
	...{ sigmoid: 2.5, tanh: 1.5, softplus: 2, sinh: 1.8, cosh: 1.6, erf: 1.3 },
	// Through float64, so rounded once.
	...{ pow: 0.51, sin: 0.51, cos: 0.51, tan: 0.51, mod: 0.5 },
	...{ asin: 2.5, acos: 1.3, atan: 1.7, atan2: 1.8, reciprocal: 0.5, rsqrt: 1.5 },
	// In ulps of the largest of result and arguments: a sum of opposite signs cancels, and what is lost was rounded before.
	logAddExp: 3,
};

const edges = [
	...[0, 1, 2, 3, 4, 5, 7, 0.5, 0.1, 10, 100, 1000, 1e5, 1e10, 1e30, 1e-10, Number.POSITIVE_INFINITY, Number.NaN],
	// Ends of the normal and subnormal numbers, of whole numbers and of int32.
	...[2 ** -149, 5e-39, 2 ** -126, 3.4028235e38, 2 ** 23 - 0.5, 2 ** 24, 2 ** 31, 1 - 2 ** -24, 1 + 2 ** -23],
	// Where exponentials overflow and vanish.
	...[87.33655, 88.722835, 88.72284, 89.415985, 89.41599, 103.97208, 103.97209, 104, 126, 127.99999, 128, 149, 150, 151],
	...[Math.PI / 4, Math.PI / 2, Math.PI, 0.625, 0.927734375],
].flatMap((value) => [value, -value]);

/** Numbers in 0 … 1, the same in every run. */
function makeRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
	};
}

/** Any float32, all exponents alike. */
function anyFloat(random: () => number): number {
	return new Float32Array(Int32Array.of(random() * 2 ** 32).buffer)[0];
}

/** Arguments around 0, 1, in the range of exponentials, and of every size; with two arguments also whole and near 1. */
function argumentsOf(arity: number): Float32Array[] {
	const random = makeRandom(arity);
	const near = (center: number, width: number) => (): number => center + (2 * random() - 1) * width;
	const ranges = [near(0, 1), near(0, 10), near(0, 100), near(1, 0.1), () => anyFloat(random), () => anyFloat(random)];
	const points: number[][] = arity === 1 ? edges.map((x) => [x]) : edges.flatMap((x) => edges.map((y) => [x, y, -x]));
	for (let i = 0; i < 20000; i++) points.push(Array.from({ length: arity }, () => ranges[i % ranges.length]()));
	for (let i = 0; i < 4000; i++) points.push([near(1, 0.01)(), near(0, 10000)(), 1], [near(0, 20)(), Math.round(near(0, 30)()), 1]);
	for (let power = -149; power <= 127; power++) points.push([2 ** power, -(2 ** power), 2 ** power]);
	return Array.from({ length: arity }, (_, i) => Float32Array.from(points, (point) => point[i]));
}

/** Error in ulps of `scale`; infinite where kinds of numbers or signs of zeros differ. */
function ulpsBetween(got: number, wanted: number, scale: number): number {
	const rounded = Math.fround(wanted);
	if (Object.is(got, wanted)) return 0;
	if (!Number.isFinite(rounded)) return Object.is(got, rounded) ? 0 : Number.POSITIVE_INFINITY;
	if (got === 0 && rounded === 0 && !Object.is(got, rounded)) return Number.POSITIVE_INFINITY;
	const ulp = Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(scale))) - 23));
	return Number.isNaN(got) ? Number.POSITIVE_INFINITY : Math.abs(got - wanted) / ulp;
}

const hosts = [false, true].map((relaxedSimd) => {
	const host = makeHost({ relaxedSimd });
	return { host, run: map(host, slowCopy(host)), name: relaxedSimd ? "relaxed SIMD" : "plain SIMD" };
});

/** Points that a primitive promises nothing for. */
const exempt: Partial<Record<Name, (...args: number[]) => boolean>> = {
	mod: (a, b) => Math.abs(a / b) >= 2 ** 53 && Number.isFinite(a / b),
	// The sign of a difference that vanishes.
	logAddExp: (a, b) => Math.abs(rows.logAddExp.value(a, b)) < 2 ** -150,
};

const cancelling: readonly string[] = ["logAddExp"];

describe.each(hosts)("vector code with $name", ({ host, run }) => {
	it.each(Object.entries(rows) as [Name, Primitive][])("of %s is right everywhere", (name, primitive) => {
		const columns = argumentsOf(primitive.arity);
		const inputs = columns.map((values) => operand(host, "float32", [values.length], values));
		const out = operand(host, "float32", [columns[0].length]);
		run(
			formula(name, (...args) => call(rows.toReal, call(primitive, ...args)), primitive.arity),
			inputs,
			[out],
		);
		let worst = { ulps: 0, text: "" };
		valuesOf(host, out).forEach((got, i) => {
			const args = columns.map((values) => values[i]);
			if (exempt[name]?.(...args)) return;
			const wanted = primitive.value(...args);
			const ulps = ulpsBetween(got, wanted, cancelling.includes(name) ? Math.max(...[wanted, ...args].map(Math.abs)) : wanted);
			if (ulps > worst.ulps) worst = { ulps, text: `${name}(${args.join(", ")}) gave ${got}, not ${wanted}` };
		});
		for (const { block } of [...inputs, out]) host.heap.release((block as unknown as { address: number }).address);
		expect(worst.ulps, worst.text).toBeLessThanOrEqual(largestUlps[name]);
	});

	const overIntegers = (Object.entries(rows) as [Name, Primitive][]).filter(([, { integerVector }]) => integerVector !== undefined);

	it.each(overIntegers)("of %s is exact over int32", (name, primitive) => {
		const random = makeRandom(7);
		const ends = [0, 1, -1, 2, 3, -7, 46341, 2147483647, -2147483648, -2147483647, 65536, -65535];
		const points = ends.flatMap((x) => ends.map((y) => [x, y, y - x]));
		for (let i = 0; i < 2000; i++) points.push([0, 1, 2].map((k) => (random() * 2 ** 32) >> (k === 0 ? 0 : (i + k) % 32)));
		const columns = Array.from({ length: primitive.arity }, (_, i) => Int32Array.from(points, (point) => point[i]));
		const inputs = columns.map((values) => operand(host, "int32", [values.length], values));
		const out = operand(host, "int32", [points.length]);
		run(
			formula(name, (...args) => call(primitive, ...args), primitive.arity),
			inputs,
			[out],
		);
		const exact = primitive.integerValue ?? ((...args: number[]) => primitive.value(...args) | 0);
		expect(valuesOf(host, out)).toEqual(points.map((_, i) => exact(...columns.map((values) => values[i]))));
	});
});
