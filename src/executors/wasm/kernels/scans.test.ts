import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType } from "../../../core/dtype.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { argReduce } from "./arg-reduce.ts";
import { cumulativeSum } from "./cumulative-sum.ts";
import { inPieces, largestError, makeHost, operand, someNumbers, type Twin, twin, twinValues, valuesOf } from "./fixture.ts";
import { sort } from "./sort.ts";

const host = makeHost();
const kernels = { argReduce: argReduce(host), cumulativeSum: cumulativeSum(host), sort: sort(host) };
const both = [["wasm", kernels] as const, ["reference", referenceKernels] as const];

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 300 }));
const types = fc.constantFrom<DType>("float32", "int32", "uint8", "bool");
const odd = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-42, -1e-42, 1, -1];

/** Random numbers, or few different ones so that many are equal, or with NaN and infinities. */
function array(dtype: DType, shape: readonly number[], seed: number): Twin {
	const values = someNumbers(
		shape.reduce((a, b) => a * b, 1),
		seed,
	);
	if (dtype === "float32") {
		if (seed % 3 === 1)
			return twin(
				host,
				dtype,
				shape,
				values.map((v) => odd[Math.floor(Math.abs(v) * odd.length)]),
			);
		return twin(host, dtype, shape, seed % 3 === 0 ? values : values.map((v) => Math.round(4 * v)));
	}
	const scale = { int32: 2 ** (seed % 31), uint8: 255, bool: 1 }[dtype as "int32" | "uint8" | "bool"];
	return twin(
		host,
		dtype,
		shape,
		values.map((v) => Math.round((dtype === "int32" ? v : Math.abs(v)) * scale)),
	);
}
const expectEqual = (x: Twin): void => {
	const [got, wanted] = twinValues(host, x);
	expect(got).toEqual(wanted);
};

describe("argReduce", () => {
	it("agrees with the reference for all types, ties, NaN and infinities", () => {
		const cases = fc.record({
			outer: fc.integer({ min: 0, max: 4 }),
			length: size,
			inner: fc.integer({ min: 1, max: 11 }),
			dtype: types,
			seed: fc.integer({ min: 1, max: 999 }),
		});
		fc.assert(
			fc.property(cases, ({ outer, length, inner, dtype, seed }) => {
				const x = array(dtype, [outer, length, inner], seed);
				for (const kind of ["max", "min"] as const) {
					const out = twin(host, "int32", [outer, inner]);
					for (const [side, table] of both) table.argReduce(kind, x[side], out[side], { outer, length, inner });
					expectEqual(out);
				}
			}),
			{ numRuns: 200 },
		);
	});
});

describe("cumulativeSum", () => {
	it("agrees with the reference for all types, forward and in reverse", () => {
		const cases = fc.record({
			outer: fc.integer({ min: 0, max: 4 }),
			length: size,
			inner: fc.integer({ min: 1, max: 11 }),
			reverse: fc.boolean(),
			dtype: types,
			seed: fc.integer({ min: 1, max: 999 }),
		});
		fc.assert(
			fc.property(cases, ({ outer, length, inner, reverse, dtype, seed }) => {
				const x = array(dtype, [outer, length, inner], seed);
				const out = twin(host, dtype === "float32" ? "float32" : "int32", [outer, length, inner]);
				for (const [side, table] of both) table.cumulativeSum(x[side], out[side], { outer, length, inner, reverse });
				expect(largestError(...twinValues(host, out))).toBeLessThan(dtype === "float32" ? 1e-7 : 1e-12);
			}),
			{ numRuns: 150 },
		);
	});
});

describe("sort", () => {
	it("agrees with the reference for all types, ties, NaN and infinities", () => {
		const cases = fc.record({
			rows: fc.integer({ min: 0, max: 4 }),
			length: size,
			part: fc.double({ min: 0, max: 1, noNaN: true }),
			descending: fc.boolean(),
			dtype: types,
			seed: fc.integer({ min: 1, max: 999 }),
		});
		fc.assert(
			fc.property(cases, ({ rows, length, part, descending, dtype, seed }) => {
				const count = Math.round(part * length);
				const x = array(dtype, [rows, length], seed);
				const [values, indices] = [twin(host, dtype, [rows, count]), twin(host, "int32", [rows, count])];
				for (const [side, table] of both) table.sort(x[side], values[side], indices[side], { descending, count });
				expectEqual(values);
				expectEqual(indices);
			}),
			{ numRuns: 200 },
		);
	});

	it("keeps equal elements in order and gives its scratch memory back", () => {
		const x = operand(host, "float32", [4], [-0, 1, 0, -0]);
		const [values, indices] = [operand(host, "float32", [4]), operand(host, "int32", [4])];
		const before = host.heap.use().used;
		kernels.sort(x, values, indices, { descending: true, count: 4 });
		expect(valuesOf(host, indices)).toEqual([1, 0, 2, 3]);
		expect(valuesOf(host, values)).toEqual([1, -0, 0, -0]);
		expect(host.heap.use().used).toBe(before);
	});
});

describe("kernels along an axis", () => {
	it("give the same bits however the work is split", () => {
		for (const inner of [1, 9]) {
			const layout = { outer: 5, length: 33, inner };
			const x = array("float32", [5, 33, inner], 3).wasm;
			const run = (onto: typeof host): number[] => {
				const [places, sums] = [operand(host, "int32", [5, inner]), operand(host, "float32", [5, 33, inner])];
				argReduce(onto)("max", x, places, layout);
				cumulativeSum(onto)(x, sums, { ...layout, reverse: true });
				return [...valuesOf(host, places), ...valuesOf(host, sums)];
			};
			expect(run(inPieces(host))).toEqual(run(host));
		}
	});
});
