import { describe, expect, it } from "vitest";
import { type DType, dtypes } from "../../core/dtype.ts";
import { reducedShape } from "../../core/shape.ts";
import type { Operand, ReduceKind } from "../contracts.ts";
import { type Formula, formula } from "../formula.ts";
import { operand, valuesOf, viewAs } from "./fixture.ts";
import { reduce } from "./reduce.ts";

const identity = formula("identity", (x) => x);

function reduced(kind: ReduceKind, x: Operand, axes: readonly number[], dtype: DType = x.dtype): number[] {
	const out = operand(dtype, reducedShape(x.shape, axes, false));
	reduce(kind, identity, [x], out, axes);
	return valuesOf(out);
}

/** [[1, 2, 3], [4, 5, 6]] */
const sixOf = (dtype: DType): Operand => operand(dtype, [2, 3], [1, 2, 3, 4, 5, 6]);

describe("reduce", () => {
	it.each(Object.keys(dtypes).filter((dtype) => dtype !== "bool") as DType[])("joins %s over any axes", (dtype) => {
		const x = sixOf(dtype);
		expect(reduced("sum", x, [0])).toEqual([5, 7, 9]);
		expect(reduced("sum", x, [1])).toEqual([6, 15]);
		expect(reduced("sum", x, [0, 1])).toEqual([21]);
		expect(reduced("prod", x, [0])).toEqual([4, 10, 18]);
		expect(reduced("max", x, [1])).toEqual([3, 6]);
		expect(reduced("min", x, [0])).toEqual([1, 2, 3]);
		expect(reduced("sum", x, [])).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("reduces the outer axes around a kept one", () => {
		const x = operand("float32", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
		expect(reduced("sum", x, [0, 2])).toEqual([1 + 2 + 5 + 6, 3 + 4 + 7 + 8]);
	});

	it("reads flipped, repeated and offset inputs", () => {
		const x = sixOf("float32");
		expect(reduced("sum", viewAs(x, [3, 2], [-1, -3], 5), [1])).toEqual([9, 7, 5]);
		expect(reduced("sum", viewAs(x, [2, 4], [1, 0], 4), [1])).toEqual([20, 24]);
	});

	it("applies the formula to all inputs first", () => {
		const product: Formula = formula("product", (a, b) => a.mul(b));
		const out = operand("float32", []);
		reduce("sum", product, [operand("float32", [3], [1, 2, 3]), operand("float32", [3], [4, 5, 6])], out, [0]);
		expect(valuesOf(out)).toEqual([32]);
	});

	it("gives the neutral element over no elements", () => {
		const none = operand("float32", [2, 0]);
		expect(reduced("sum", none, [1])).toEqual([0, 0]);
		expect(reduced("prod", none, [1])).toEqual([1, 1]);
		expect(reduced("max", none, [1])).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
		expect(reduced("max", operand("bool", [0]), [0])).toEqual([0]);
		expect(reduced("min", operand("bool", [0]), [0])).toEqual([1]);
		expect(reduced("sum", none, [0])).toEqual([]);
	});

	it("passes NaN through all kinds, and infinities", () => {
		const x = operand("float32", [3], [1, Number.NaN, 3]);
		for (const kind of ["sum", "prod", "max", "min"] as const) expect(reduced(kind, x, [0])).toEqual([Number.NaN]);
		const infinite = operand("float32", [2], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
		expect(reduced("sum", infinite, [0])).toEqual([Number.NaN]);
		expect(reduced("max", infinite, [0])).toEqual([Number.POSITIVE_INFINITY]);
	});

	it("tells −0 from 0 in extremes", () => {
		expect(reduced("max", operand("float32", [2], [-0, 0]), [0])).toEqual([0]);
		expect(reduced("min", operand("float32", [2], [0, -0]), [0])).toEqual([-0]);
	});

	it("sums float32 without losing small terms", () => {
		const x = operand("float32", [3], [2 ** 30, 1, -(2 ** 30)]);
		expect(reduced("sum", x, [0])).toEqual([1]);
	});

	it("wraps integer sums and products at 32 bits and counts truths", () => {
		expect(reduced("sum", operand("int32", [2], [2147483647, 1]), [0])).toEqual([-2147483648]);
		expect(reduced("prod", operand("int32", [2], [65536, 65537]), [0])).toEqual([65536]);
		expect(reduced("sum", operand("bool", [3], [1, 0, 1]), [0], "int32")).toEqual([2]);
		expect(reduced("max", operand("bool", [3], [0, 0, 1]), [0])).toEqual([1]);
	});
});
