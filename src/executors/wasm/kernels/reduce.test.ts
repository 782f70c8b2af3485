import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType } from "../../../core/dtype.ts";
import { reducedShape, sizeOf } from "../../../core/shape.ts";
import type { Operand, ReduceKind } from "../../../kernels/contracts.ts";
import { formula } from "../../../kernels/formula.ts";
import { inPieces, makeHost, operand, slowCopy, someNumbers, valuesOf, viewAs, viewOf } from "./fixture.ts";
import { reduce } from "./reduce.ts";

const host = makeHost();
const copy = slowCopy(host);
const run = reduce(host, copy);
const identity = formula("identity", (x) => x);

const joins: Record<ReduceKind, { start: number; join: (a: number, b: number) => number }> = {
	sum: { start: 0, join: (a, b) => a + b },
	prod: { start: 1, join: (a, b) => a * b },
	max: { start: Number.NEGATIVE_INFINITY, join: Math.max },
	min: { start: Number.POSITIVE_INFINITY, join: Math.min },
};

/** The reduction by loops over indices. */
function naive(kind: ReduceKind, values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): number[] {
	const { start, join } = joins[kind];
	const out = new Array<number>(sizeOf(reducedShape(shape, axes, false))).fill(start);
	for (let i = 0; i < sizeOf(shape); i++) {
		let rest = i;
		let at = 0;
		let step = 1;
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			const index = rest % shape[axis];
			rest = Math.floor(rest / shape[axis]);
			if (axes.includes(axis)) continue;
			at += index * step;
			step *= shape[axis];
		}
		out[at] = join(out[at], values[i]);
	}
	return out;
}

function reduced(kind: ReduceKind, x: Operand, axes: readonly number[], outType: DType = x.dtype, kernel = run): number[] {
	const out = operand(host, outType, reducedShape(x.shape, axes, false));
	kernel(kind, identity, [x], out, axes);
	return valuesOf(host, out);
}

describe("reduce", () => {
	it.each<ReduceKind>(["sum", "prod", "max", "min"])("gives the %s over any axes of any shape", (kind) => {
		const cases = fc.record({
			shape: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })), { maxLength: 4 }),
			mask: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
			seed: fc.integer({ min: 1, max: 1000 }),
		});
		fc.assert(
			fc.property(cases, ({ shape, mask, seed }) => {
				// Checking a million elements one by one takes longer than all other cases together.
				fc.pre(sizeOf(shape) <= 50_000);
				const axes = shape.map((_, axis) => axis).filter((axis) => mask[axis]);
				const values = someNumbers(sizeOf(shape), seed).map((v) => (kind === "prod" ? 1 + v / 8 : v));
				const got = reduced(kind, operand(host, "float32", shape, values), axes);
				const wanted = naive(kind, values, shape, axes);
				const count = sizeOf(shape) / Math.max(1, got.length);
				got.forEach((value, i) => {
					// A rounding of each factor's product; in sums one of the result and of blocks of a few dozen values.
					const size = Math.abs(wanted[i]);
					const bound = kind === "prod" ? 2 ** -24 * (count + 1) * size : 2 ** -21 * Math.max(size, Math.sqrt(count));
					expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(bound);
				});
			}),
			{ numRuns: 150 },
		);
	});

	it("takes tails of every length", () => {
		for (let length = 0; length <= 40; length++) {
			const values = Float32Array.from({ length: 3 * length }, (_, i) => i + 1);
			const x = operand(host, "float32", [3, length], values);
			expect(reduced("sum", x, [1])).toEqual(naive("sum", values, [3, length], [1]));
			expect(reduced("sum", viewAs(x, [length, 3], [3, 1]), [0])).toEqual(naive("sum", values, [length, 3], [0]));
			expect(reduced("max", viewAs(x, [1, 3, length], [0, length, 1]), [2])).toEqual(naive("max", values, [3, length], [1]));
		}
	});

	it("gives 0 for empty sums and 1 for empty products, and nothing where nothing is asked", () => {
		expect(reduced("sum", operand(host, "float32", [2, 0]), [1])).toEqual([0, 0]);
		expect(reduced("prod", operand(host, "float32", [0, 3]), [0])).toEqual([1, 1, 1]);
		expect(reduced("sum", operand(host, "float32", [0, 3]), [1])).toEqual([]);
		expect(reduced("sum", operand(host, "int32", [2, 0]), [1])).toEqual([0, 0]);
	});

	it("passes NaN on and keeps infinities and the sign of zero", () => {
		for (let at = 0; at < 23; at++) {
			const values = Float32Array.from({ length: 23 }, (_, i) => (i === at ? Number.NaN : i));
			const x = operand(host, "float32", [23], values);
			expect(reduced("max", x, [0])).toEqual([Number.NaN]);
			expect(reduced("min", viewAs(x, [23, 1], [1, 1]), [0])).toEqual([Number.NaN]);
		}
		const edge = operand(host, "float32", [3, 2], [-0, -0, -0, 0, -0, Number.NEGATIVE_INFINITY]);
		expect(reduced("max", edge, [0])).toEqual([-0, 0]);
		expect(reduced("min", edge, [0])).toEqual([-0, Number.NEGATIVE_INFINITY]);
		expect(reduced("sum", operand(host, "float32", [2], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), [0])).toEqual([Number.NaN]);
	});

	it("keeps the error of long sums at a rounding of the result", () => {
		const values = someNumbers(300_000, 5).map((v) => v + 100);
		const exact = values.reduce((sum, v) => sum + v, 0);
		const x = operand(host, "float32", [300_000], values);
		expect(Math.abs(reduced("sum", x, [0])[0] / exact - 1)).toBeLessThan(2e-7);
		const columns = reduced("sum", viewAs(x, [100_000, 3], [3, 1]), [0]);
		naive("sum", values, [100_000, 3], [0]).forEach((sum, i) => {
			expect(Math.abs(columns[i] / sum - 1)).toBeLessThan(2e-7);
		});
	});

	it("gives a product inside the range though its parts are outside", () => {
		expect(reduced("prod", operand(host, "float32", [8], [1e30, 1e30, 1e-30, 1e-30, 2, 1e38, 1e-38, 3]), [0])[0]).toBeCloseTo(6, 5);
	});

	it("reduces integers, bytes and truths", () => {
		const ints = operand(host, "int32", [2, 5], [1, -2, 3, 2147483647, 5, 6, 7, -8, 9, 10]);
		expect(reduced("sum", ints, [1])).toEqual([-2147483642, 24]);
		expect(reduced("max", ints, [0])).toEqual([6, 7, 3, 2147483647, 10]);
		expect(reduced("prod", ints, [0])).toEqual([6, -14, -24, Math.imul(2147483647, 9), 50]);
		const truths = operand(host, "bool", [2, 5], [1, 0, 1, 1, 0, 0, 0, 0, 0, 1]);
		expect(reduced("sum", truths, [1], "int32")).toEqual([3, 1]);
		expect(reduced("max", truths, [0])).toEqual([1, 0, 1, 1, 1]);
		expect(reduced("min", truths, [1])).toEqual([0, 0]);
		const bytes = operand(host, "uint8", [6], [255, 255, 255, 1, 2, 3]);
		expect(reduced("sum", bytes, [0], "int32")).toEqual([771]);
		expect(reduced("sum", bytes, [0], "float32")).toEqual([771]);
		expect(reduced("min", bytes, [0])).toEqual([1]);
	});

	it("computes the formula on the way, with scalars and transposed inputs", () => {
		const squares = formula("squaredDifference", (x, y, k) => x.sub(y).square().mul(k));
		const x = operand(
			host,
			"float32",
			[3, 4],
			Float32Array.from({ length: 12 }, (_, i) => i),
		);
		const y = viewAs(
			operand(
				host,
				"float32",
				[4, 3],
				Float32Array.from({ length: 12 }, (_, i) => 2 * i),
			),
			[3, 4],
			[1, 3],
		);
		const k = viewAs(operand(host, "float32", [], [0.5]), [3, 4], [0, 0]);
		const out = operand(host, "float32", [3]);
		run("sum", squares, [x, y, k], out, [1]);
		const wanted = [0, 1, 2].map((i) => [0, 1, 2, 3].reduce((sum, j) => sum + 0.5 * (4 * i + j - 2 * (3 * j + i)) ** 2, 0));
		expect(valuesOf(host, out)).toEqual(wanted);
	});

	it("gives the same bits however the work is split", () => {
		const pieces = reduce(inPieces(host), copy);
		const shapes: [number[], number[]][] = [
			[[70_000], [0]],
			[[3, 40_000], [1]],
			[[40, 50], [0]],
			[[5000, 37], [0]],
			[[2, 300, 130], [1]],
			[
				[4, 6, 50],
				[0, 2],
			],
		];
		for (const [shape, axes] of shapes) {
			const x = operand(host, "float32", shape, someNumbers(sizeOf(shape), 7));
			expect(reduced("sum", x, axes, "float32", pieces)).toEqual(reduced("sum", x, axes));
			host.heap.release((x.block as unknown as { address: number }).address);
		}
	});

	it("gives all its scratch memory back", () => {
		const x = operand(host, "float32", [5000, 37], someNumbers(5000 * 37));
		const out = operand(host, "float32", [37]);
		const before = host.heap.use().used;
		run("sum", identity, [x], out, [0]);
		run("sum", identity, [viewAs(x, [50, 100, 37], [3700, 37, 1])], viewAs(out, [], []), [0, 1, 2]);
		expect(host.heap.use().used).toBe(before);
		expect(viewOf(host, out)).toHaveLength(37);
	});
});
