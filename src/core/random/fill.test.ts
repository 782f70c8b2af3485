import { describe, expect, test } from "vitest";
import type { Distribution, RandomPosition } from "./distribution.ts";
import { normalTail } from "./elementary.ts";
import { fill, positionAfter } from "./fill.ts";

const origin: RandomPosition = { key: [0, 0], counter: [0, 0, 0, 0] };

function draw(distribution: Distribution, count: number, position = origin): Float32Array {
	const out = new Float32Array(count);
	fill(distribution, position, out);
	return out;
}

const uniform = { kind: "uniform", low: 0, high: 1 } as const;
const normal = { kind: "normal", mean: 0, std: 1 } as const;
const truncated = { kind: "truncatedNormal", mean: 0, std: 1, low: -2, high: 2 } as const;
const bernoulli = { kind: "bernoulli", probability: 0.5, scale: 1 } as const;

describe("the first block of key 0 is 6627e8d5 e169c58d bc57ac4c 9b00dbd8", () => {
	test("and a uniform value is its word's upper 24 bits", () => {
		expect([...draw(uniform, 4)]).toEqual([0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db].map((bits) => bits / 2 ** 24));
	});

	test("and a Bernoulli value compares its word's upper 31 bits with the probability", () => {
		const scaled = (probability: number): number[] => [...draw({ kind: "bernoulli", probability, scale: 2 }, 4)];
		expect(scaled(0.5)).toEqual([2, 0, 0, 0]);
		expect(scaled(0.65)).toEqual([2, 0, 0, 2]);
		expect(scaled(0x6627e8d6 / 2 ** 32)).toEqual([2, 0, 0, 0]);
		expect(scaled(0x6627e8d4 / 2 ** 32)).toEqual([0, 0, 0, 0]);
	});

	// mpmath 1.3, 40 digits, rounded to float32: mean + std · root of ncdf(x) = Φ(a) + (word + 1/2) / 2³² · (Φ(b) − Φ(a)).
	test.each([
		[normal, [-0.2558159828186035, 1.1775912046432495, 0.6301836371421814, 0.26756224036216736]],
		[{ kind: "normal", mean: 1, std: 2 }, [0.48836806416511536, 3.355182409286499, 2.2603673934936523, 1.5351245403289795]],
		[truncated, [-0.24393680691719055, 1.094839096069336, 0.5977235436439514, 0.255113810300827]],
		[
			{ kind: "truncatedNormal", mean: 1, std: 0.5, low: 3, high: 6 },
			[3.059458017349243, 3.238525152206421, 3.1522216796875, 3.1074459552764893],
		],
	] as const)("and %j is the quantile of its words", (distribution, expected) => {
		expect([...draw(distribution, 4)]).toEqual(expected);
	});
});

test("element i is word i mod 4 of block counter + ⌊i / 4⌋, so a later start gives the rest of the same values", () => {
	for (const distribution of [uniform, normal, truncated, bernoulli]) {
		const position: RandomPosition = { key: [5, 6], counter: [0xfffffffe, 0xffffffff, 9, 0] };
		const all = draw(distribution, 41, position);
		for (const blocks of [0, 1, 2, 3, 10]) {
			expect(draw(distribution, 41 - 4 * blocks, positionAfter(position, blocks))).toEqual(all.subarray(4 * blocks));
		}
	}
});

const COUNT = 100_000;
const sample: RandomPosition = { key: [2024, 7], counter: [0, 0, 1, 2] };

/** Largest difference between the sample's distribution function and `cdf`, times √n; below 1.95 in 999 of 1000 samples. */
function kolmogorov(values: Float32Array, cdf: (x: number) => number): number {
	const sorted = values.toSorted();
	let most = 0;
	sorted.forEach((x, i) => {
		const p = cdf(x);
		most = Math.max(most, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
	});
	return most * Math.sqrt(sorted.length);
}

function moments(values: Float32Array): { mean: number; variance: number } {
	let sum = 0;
	for (const x of values) sum += x;
	const mean = sum / values.length;
	let squares = 0;
	for (const x of values) squares += (x - mean) ** 2;
	return { mean, variance: squares / values.length };
}

// Variance between ±2: 1 − 4 φ(2) / (Φ(2) − Φ(−2)). Beyond 5: mean λ = φ(5) / Q(5), variance 1 + 5 λ − λ².
test.each([
	["uniform", { ...uniform, low: -3, high: 5 }, 1, 64 / 12, (x: number) => (x + 3) / 8],
	["normal", { kind: "normal", mean: 2, std: 3 }, 2, 9, (x: number) => normalTail((2 - x) / 3)],
	["truncatedNormal", truncated, 0, 0.7737413, (x: number) => (normalTail(-x) - normalTail(2)) / (1 - 2 * normalTail(2))],
	[
		"truncatedNormal beyond 5",
		{ ...truncated, low: 5, high: Number.POSITIVE_INFINITY },
		5.186504,
		0.032696,
		(x: number) => 1 - normalTail(x) / normalTail(5),
	],
] as const)("%s has the mean, variance and distribution function it should", (_, distribution, mean, variance, cdf) => {
	const values = draw(distribution, COUNT, sample);
	const found = moments(values);
	// Four standard errors of the mean; the variance's own is at most 3 variances / √n for these (kurtosis ≤ 9).
	expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
	expect(Math.abs(found.variance - variance)).toBeLessThan((4 * 3 * variance) / Math.sqrt(COUNT));
	expect(kolmogorov(values, cdf)).toBeLessThan(1.95);
});

test("Bernoulli values are scale as often as they should", () => {
	for (const probability of [0.001, 0.15, 0.5, 0.85]) {
		const values = draw({ kind: "bernoulli", probability, scale: 4 }, COUNT, sample);
		expect(new Set(values)).toEqual(new Set([0, 4]));
		const error = Math.abs(moments(values).mean / 4 - probability);
		expect(error).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / COUNT));
	}
});

test("probability 0 never and probability 1 always gives scale; a negative scale leaves no −0", () => {
	const ones = draw({ kind: "bernoulli", probability: 1, scale: -3 }, 1000);
	expect(new Set(ones)).toEqual(new Set([-3]));
	const zeros = draw({ kind: "bernoulli", probability: 0, scale: -3 }, 1000);
	expect(zeros.every((x) => Object.is(x, 0))).toBe(true);
});

test("values stay inside their bounds where rounding would leave them", () => {
	// 1 + (1 − 2⁻²⁴) rounds to 2 in float32.
	for (const [low, high] of [
		[1, 2],
		[0.1, 0.10000001],
		[-1, 0],
		[2 ** 24, 2 ** 24 + 2],
		[-5e-324, 1e-45],
	]) {
		const values = draw({ kind: "uniform", low, high }, COUNT, sample);
		const [least, end] = [Math.fround(low), Math.fround(high)];
		expect(values.every((x) => x >= least && x < end)).toBe(true);
	}
	const narrow = draw({ kind: "truncatedNormal", mean: 0, std: 1, low: 0.5, high: 0.5000001 }, 1000, sample);
	expect(narrow.every((x) => x >= 0.5 && x <= Math.fround(0.5000001))).toBe(true);
});

test("distributions without spread are constant", () => {
	expect(new Set(draw({ kind: "uniform", low: 2, high: 2 }, 50))).toEqual(new Set([2]));
	expect(new Set(draw({ kind: "normal", mean: -1, std: 0 }, 50))).toEqual(new Set([-1]));
	expect(new Set(draw({ kind: "truncatedNormal", mean: 0, std: 1, low: 0.5, high: 0.5 }, 50))).toEqual(new Set([0.5]));
});
