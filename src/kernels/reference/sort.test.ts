import { describe, expect, it } from "vitest";
import type { DType } from "../../core/dtype.ts";
import { operand, valuesOf } from "./fixture.ts";
import { sort } from "./sort.ts";

function sorted(values: readonly number[], options: { descending?: boolean; count?: number; rows?: number; dtype?: DType } = {}) {
	const { descending = false, rows = 1, dtype = "float32" } = options;
	const length = values.length / rows;
	const { count = length } = options;
	const out = operand(dtype, [rows, count]);
	const indices = operand("int32", [rows, count]);
	sort(operand(dtype, [rows, length], values), out, indices, { descending, count });
	return { values: valuesOf(out), indices: valuesOf(indices) };
}

describe("sort", () => {
	it("orders each row and says where its values stood", () => {
		expect(sorted([3, 1, 2, 5, 6, 4], { rows: 2 })).toEqual({ values: [1, 2, 3, 4, 5, 6], indices: [1, 2, 0, 2, 0, 1] });
		expect(sorted([3, 1, 2], { descending: true })).toEqual({ values: [3, 2, 1], indices: [0, 2, 1] });
	});

	it("keeps the first results only", () => {
		expect(sorted([3, 1, 2, 5, 6, 4], { rows: 2, count: 1, descending: true })).toEqual({ values: [3, 6], indices: [0, 1] });
		expect(sorted([3, 1], { count: 0 })).toEqual({ values: [], indices: [] });
	});

	it("leaves equal values in order, ascending and descending", () => {
		expect(sorted([1, 0, 1, 0]).indices).toEqual([1, 3, 0, 2]);
		expect(sorted([1, 0, 1, 0], { descending: true }).indices).toEqual([0, 2, 1, 3]);
		expect(sorted([0, -0, 0]).indices).toEqual([0, 1, 2]);
	});

	it("takes NaN as the largest", () => {
		const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0];
		expect(sorted(values).indices).toEqual([2, 4, 1, 0, 3]);
		expect(sorted(values, { descending: true }).indices).toEqual([0, 3, 1, 4, 2]);
	});

	it("takes integers and bytes", () => {
		expect(sorted([2147483647, -2147483648, 0], { dtype: "int32" }).indices).toEqual([1, 2, 0]);
		expect(sorted([200, 100], { dtype: "uint8" }).values).toEqual([100, 200]);
	});
});
