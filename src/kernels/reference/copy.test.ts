import { describe, expect, it } from "vitest";
import type { DType } from "../../core/dtype.ts";
import { copy } from "./copy.ts";
import { operand, valuesOf, viewAs } from "./fixture.ts";

function converted(values: readonly number[], from: DType, to: DType): number[] {
	const out = operand(to, [values.length]);
	copy(operand(from, [values.length], values), out);
	return valuesOf(out);
}

describe("copy", () => {
	it("writes through any strides on both sides and leaves the rest alone", () => {
		const x = operand("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
		const out = operand("float32", [8], new Array(8).fill(0));
		copy(viewAs(x, [3, 2], [1, 3]), viewAs(out, [3, 2], [-2, 1], 5));
		expect(valuesOf(out)).toEqual([0, 3, 6, 2, 5, 1, 4, 0]);
	});

	it("cuts fractions off, saturates at the ends of int32 and makes NaN 0", () => {
		const values = [1.9, -1.9, 3e9, -3e9, Number.POSITIVE_INFINITY, Number.NaN];
		expect(converted(values, "float32", "int32")).toEqual([1, -1, 2147483647, -2147483648, 2147483647, 0]);
	});

	it("keeps the low byte of an integer", () => {
		expect(converted([255, 256, -1, 300.7], "float64", "uint8")).toEqual([255, 0, 255, 44]);
		expect(converted([257, -2], "int32", "uint8")).toEqual([1, 254]);
	});

	it("makes truths of whatever is not 0", () => {
		expect(converted([0, -0, 0.5, Number.NaN, -3], "float32", "bool")).toEqual([0, 0, 1, 1, 1]);
		expect(converted([0, 256], "int32", "bool")).toEqual([0, 1]);
		expect(converted([1, 0], "bool", "float32")).toEqual([1, 0]);
	});

	it("rounds float64 and large integers to float32", () => {
		expect(converted([0.1, 1e300], "float64", "float32")).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
		expect(converted([16777217], "int32", "float32")).toEqual([16777216]);
		expect(converted([0.1], "float64", "float64")).toEqual([0.1]);
	});

	it("takes scalars and nothing", () => {
		const out = operand("float32", []);
		copy(operand("float32", [], [7]), out);
		expect(valuesOf(out)).toEqual([7]);
		expect(converted([], "float32", "int32")).toEqual([]);
	});
});
