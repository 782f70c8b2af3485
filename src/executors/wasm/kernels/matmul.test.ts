import { describe, expect, it } from "vitest";
import type { Operand } from "../../../kernels/contracts.ts";
import { formula } from "../../../kernels/formula.ts";
import type { Host } from "../host.ts";
import { benches, error, free, numbers, operand, read } from "./contraction-testing.ts";

/** Sums of up to 800 float32 products of numbers below 1. */
const TOLERANCE = 3e-6;
const double = formula("double", (x) => x.add(x));
const plain = { bias: null, activation: null, accumulate: false };

/** How a matrix of a batch lies in memory. */
type Layout = "plain" | "transposed" | "spaced" | "one for all" | "row for all";

interface Case {
	readonly batch: number;
	readonly m: number;
	readonly n: number;
	readonly k: number;
	readonly a?: Layout;
	readonly b?: Layout;
}

function matrix(host: Host, shape: readonly [number, number, number], layout: Layout, seed: number): Operand {
	const [batch, rows, columns] = shape;
	switch (layout) {
		case "plain":
			return operand(host, shape, { seed });
		case "transposed":
			return operand(host, shape, { seed, strides: [rows * columns, 1, rows], length: batch * rows * columns });
		case "spaced":
			return operand(host, shape, {
				seed,
				strides: [rows * columns * 6 + 1, columns * 3, 2],
				offset: 5,
				length: batch * (rows * columns * 6 + 1) + 5,
			});
		case "one for all":
			return operand(host, shape, { seed, strides: [0, columns, 1], length: rows * columns });
		case "row for all":
			return operand(host, shape, { seed, strides: [columns, 0, 1], length: batch * columns });
	}
}

/** Each case's sums, formed once for all engines: they all get the same numbers. */
const products = new Map<Case, Float64Array>();

const element = (of: Operand, values: Float32Array, index: readonly number[]): number =>
	values[of.offset + index.reduce((sum, i, axis) => sum + i * of.strides[axis], 0)];

function everything(host: Host, of: Operand): Float32Array {
	const { address, bytes } = of.block as unknown as { address: number; bytes: number };
	return host.heap.f32.slice(address / 4, (address + bytes) / 4);
}

function product(host: Host, a: Operand, b: Operand): Float64Array {
	const [batch, m, k] = a.shape;
	const n = b.shape[2];
	const [as, bs] = [everything(host, a), everything(host, b)];
	const out = new Float64Array(batch * m * n);
	for (let t = 0; t < batch; t++)
		for (let i = 0; i < m; i++)
			for (let j = 0; j < n; j++)
				for (let p = 0; p < k; p++) out[(t * m + i) * n + j] += element(a, as, [t, i, p]) * element(b, bs, [t, p, j]);
	return out;
}

const cases: Case[] = [];
for (const m of [0, 1, 2, 5, 6, 7, 13, 25]) {
	for (const n of [0, 1, 3, 4, 5, 8, 11, 12, 19]) {
		for (const k of [0, 1, 3, 4, 7, 18]) cases.push({ batch: 1, m, n, k });
	}
}
for (const a of ["plain", "transposed", "spaced", "row for all"] as const) {
	for (const b of ["plain", "transposed", "spaced", "one for all", "row for all"] as const) {
		for (const [m, n, k] of [
			[3, 5, 7],
			[1, 9, 33],
			[17, 1, 12],
			[32, 16, 16],
			[29, 37, 130],
			[6, 8, 1],
			[1, 1, 1],
		]) {
			cases.push({ batch: 1, m, n, k, a, b }, { batch: 3, m, n, k, a, b });
		}
	}
}
cases.push(
	{ batch: 1, m: 130, n: 300, k: 90 },
	{ batch: 1, m: 100, n: 100, k: 784, b: "transposed" },
	{ batch: 1, m: 100, n: 270, k: 100, a: "transposed" },
	...(["plain", "transposed", "spaced"] as const).flatMap((b) =>
		[1, 2, 4, 5].flatMap((m) => [16, 31, 32, 67].map((n) => ({ batch: 2, m, n, k: 39, b }))),
	),
	...(["plain", "transposed"] as const).map((a) => ({ batch: 1, m: 3, n: 40, k: 130, a })),
	...[16, 32, 64].map((n) => ({ batch: 40, m: 13, n, k: n })),
	{ batch: 1, m: 600, n: 24, k: 7 },
	{ batch: 1, m: 1, n: 100, k: 784, b: "transposed" },
	{ batch: 1, m: 2, n: 10, k: 800, b: "transposed" },
	{ batch: 1, m: 8, n: 30, k: 600, a: "transposed", b: "transposed" },
	{ batch: 5, m: 20, n: 24, k: 50, b: "one for all" },
	{ batch: 0, m: 3, n: 3, k: 3 },
);
const titleOf = ({ batch, m, n, k, a = "plain", b = "plain" }: Case): string => `${batch} × [${m}, ${k}] ${a} · [${k}, ${n}] ${b}`;

for (const { name, host, kernels } of benches()) {
	describe(`matmul, ${name}`, () => {
		it("is the sum over k, for any sizes and strides, with bias, activation and accumulation", () => {
			for (const test of cases) {
				const { batch, m, n, k } = test;
				const a = matrix(host, [batch, m, k], test.a ?? "plain", 1);
				const b = matrix(host, [batch, k, n], test.b ?? "plain", 2);
				const bias = operand(host, [n], { seed: 3 });
				const out = operand(host, [batch, m, n]);
				const sums = products.get(test) ?? product(host, a, b);
				products.set(test, sums);
				const bs = read(bias);
				const check = (what: string, expected: Float64Array): void =>
					expect(error(read(out), expected), `${titleOf(test)}: ${what}`).toBeLessThan(TOLERANCE);
				kernels.matmul(a, b, out, plain);
				check("plain", sums);
				kernels.matmul(a, b, out, { ...plain, accumulate: true });
				check(
					"accumulated",
					sums.map((sum) => 2 * sum),
				);
				kernels.matmul(a, b, out, { bias, activation: double, accumulate: false });
				check(
					"bias and activation",
					sums.map((sum, i) => 2 * (sum + bs[i % n])),
				);
				kernels.matmul(a, b, out, { bias, activation: null, accumulate: true });
				check(
					"bias, accumulated",
					sums.map((sum, i) => 3 * (sum + bs[i % n])),
				);
				free(a, b, bias, out);
			}
		}, 120_000);

		it("writes nothing beside its output", () => {
			for (const [m, n, k] of [
				[7, 3, 5],
				[13, 11, 40],
				[1, 1, 1],
				[30, 262, 9],
			]) {
				const [a, b] = [matrix(host, [1, m, k], "plain", 1), matrix(host, [1, k, n], "transposed", 2)];
				const guard = 40;
				const values = numbers(m * n + 2 * guard, 9);
				const whole = operand(host, [values.length], { values });
				kernels.matmul(a, b, { ...whole, shape: [1, m, n], strides: [m * n, n, 1], offset: guard, size: m * n }, plain);
				const after = read(whole);
				expect(after.slice(0, guard)).toEqual(values.slice(0, guard));
				expect(after.slice(-guard)).toEqual(values.slice(-guard));
				free(a, b, whole);
			}
		});

		it("passes infinities and NaN on to the elements they reach, and to no others", () => {
			const [a, b] = [matrix(host, [1, 9, 5], "plain", 1), matrix(host, [1, 5, 13], "plain", 2)];
			const at = (a.block as unknown as { address: number }).address / 4;
			host.heap.f32[at + 3 * 5 + 2] = Number.NaN;
			host.heap.f32[at + 7 * 5] = Number.POSITIVE_INFINITY;
			const out = operand(host, [1, 9, 13]);
			kernels.matmul(a, b, out, plain);
			const values = Array.from(read(out));
			for (let i = 0; i < 9; i++) {
				const row = values.slice(i * 13, (i + 1) * 13);
				if (i === 3) expect(row.every(Number.isNaN)).toBe(true);
				else if (i === 7) expect(row.every((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(true);
				else expect(row.every(Number.isFinite)).toBe(true);
			}
			free(a, b, out);
		});
	});
}

describe("matmul on threads", () => {
	it("gives the same bits however its units are shared out", () => {
		const [whole, pieces] = benches();
		for (const test of cases) {
			const [first, second] = [whole, pieces].map(({ host, kernels }) => {
				const a = matrix(host, [test.batch, test.m, test.k], test.a ?? "plain", 1);
				const b = matrix(host, [test.batch, test.k, test.n], test.b ?? "plain", 2);
				const out = operand(host, [test.batch, test.m, test.n]);
				kernels.matmul(a, b, out, plain);
				const result = read(out);
				free(a, b, out);
				return result;
			});
			expect(second, titleOf(test)).toEqual(first);
		}
	}, 60_000);
});
