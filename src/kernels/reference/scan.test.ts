import { describe, expect, it } from "vitest";
import type { DType } from "../../core/dtype.ts";
import { operand, valuesOf } from "./fixture.ts";
import { argReduce, cumulativeSum } from "./scan.ts";

function argOf(
	kind: "max" | "min",
	values: readonly number[],
	[outer, length, inner]: readonly number[],
	dtype: DType = "float32",
): number[] {
	const out = operand("int32", [outer, inner]);
	argReduce(kind, operand(dtype, [outer, length, inner], values), out, { outer, length, inner });
	return valuesOf(out);
}

function running(
	values: readonly number[],
	[outer, length, inner]: readonly number[],
	options: { reverse?: boolean; dtype?: DType } = {},
): number[] {
	const { reverse = false, dtype = "float32" } = options;
	const out = operand(dtype, [outer, length, inner]);
	cumulativeSum(operand(dtype, [outer, length, inner], values), out, { outer, length, inner, reverse });
	return valuesOf(out);
}

describe("argReduce", () => {
	it("gives the first index of the extreme along the middle axis", () => {
		const values = [3, 1, 1, 5, 3, 5, /* second outer */ 0, 9, 2, 9, 1, 8];
		expect(argOf("max", values, [2, 3, 2])).toEqual([0, 1, 1, 0]);
		expect(argOf("min", values, [2, 3, 2])).toEqual([1, 0, 0, 2]);
	});

	it("lets the first NaN win", () => {
		expect(argOf("max", [1, Number.NaN, 9, Number.NaN], [1, 4, 1])).toEqual([1]);
		expect(argOf("min", [Number.NaN, -9], [1, 2, 1])).toEqual([0]);
	});

	it("orders infinities and takes −0 and 0 as equal", () => {
		expect(argOf("max", [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], [1, 2, 1])).toEqual([1]);
		expect(argOf("max", [-0, 0], [1, 2, 1])).toEqual([0]);
		expect(argOf("min", [0, -0], [1, 2, 1])).toEqual([0]);
	});

	it("takes integers, bytes, one element and none", () => {
		expect(argOf("max", [-5, -2, -7], [1, 3, 1], "int32")).toEqual([1]);
		expect(argOf("max", [5, 200, 7], [1, 3, 1], "uint8")).toEqual([1]);
		expect(argOf("min", [4], [1, 1, 1])).toEqual([0]);
		expect(argOf("min", [], [0, 3, 2])).toEqual([]);
	});
});

describe("cumulativeSum", () => {
	it("runs along the middle axis, from either end", () => {
		const values = [1, 10, 2, 20, 3, 30];
		expect(running(values, [1, 3, 2])).toEqual([1, 10, 3, 30, 6, 60]);
		expect(running(values, [1, 3, 2], { reverse: true })).toEqual([6, 60, 5, 50, 3, 30]);
		expect(running(values, [3, 2, 1])).toEqual([1, 11, 2, 22, 3, 33]);
	});

	it("is not the sum of rounded sums", () => {
		expect(running([2 ** 30, 1, -(2 ** 30)], [1, 3, 1])).toEqual([2 ** 30, 2 ** 30, 1]);
	});

	it("wraps integers and passes NaN on", () => {
		expect(running([2147483647, 1, 1], [1, 3, 1], { dtype: "int32" })).toEqual([2147483647, -2147483648, -2147483647]);
		expect(running([1, Number.NaN, 2], [1, 3, 1])).toEqual([1, Number.NaN, Number.NaN]);
		expect(running([], [2, 0, 3])).toEqual([]);
	});
});
