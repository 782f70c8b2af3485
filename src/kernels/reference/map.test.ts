import { describe, expect, it } from "vitest";
import type { DType } from "../../core/dtype.ts";
import type { Operand } from "../contracts.ts";
import { call, constant, type Formula, formula } from "../formula.ts";
import * as s from "../scalars/index.ts";
import { operand, valuesOf, viewAs } from "./fixture.ts";
import { map } from "./map.ts";

const add = formula("add", (a, b) => a.add(b));
const identity = formula("identity", (a) => a);

function mapped(of: Formula, inputs: readonly Operand[], dtype: DType = inputs[0].dtype): number[] {
	const out = operand(dtype, inputs[0].shape);
	map(of, inputs, [out]);
	return valuesOf(out);
}

describe("map", () => {
	it.each<DType>(["float32", "float64", "int32", "uint8"])("adds %s elements", (dtype) => {
		expect(mapped(add, [operand(dtype, [3], [1, 2, 3]), operand(dtype, [3], [10, 20, 30])])).toEqual([11, 22, 33]);
	});

	it("repeats an input of stride 0", () => {
		const row = viewAs(operand("float32", [3], [1, 2, 3]), [2, 3], [0, 1]);
		const column = viewAs(operand("float32", [2], [10, 20]), [2, 3], [1, 0]);
		expect(mapped(add, [row, column])).toEqual([11, 12, 13, 21, 22, 23]);
	});

	it("reads flipped, transposed and offset inputs in their own order", () => {
		const x = operand("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
		expect(mapped(identity, [viewAs(x, [3], [-1], 5)])).toEqual([6, 5, 4]);
		expect(mapped(identity, [viewAs(x, [3, 2], [1, 3])])).toEqual([1, 4, 2, 5, 3, 6]);
		expect(mapped(identity, [viewAs(x, [2, 2], [-3, -2], 5)])).toEqual([6, 4, 3, 1]);
	});

	it("does nothing over no elements and one thing over a scalar", () => {
		expect(mapped(add, [operand("float32", [0, 3]), operand("float32", [0, 3])])).toEqual([]);
		expect(mapped(add, [operand("float32", [], [1]), operand("float32", [], [2])])).toEqual([3]);
	});

	it("writes several outputs, over an input too", () => {
		const both = formula("both", (a, b) => [a.sub(b), a.mul(b)]);
		const a = operand("float32", [2], [5, 7]);
		const b = operand("float32", [2], [2, 3]);
		map(both, [a, b], [a, b]);
		expect([valuesOf(a), valuesOf(b)]).toEqual([
			[3, 4],
			[10, 21],
		]);
	});

	it("passes NaN, infinities and the sign of zero", () => {
		const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
		expect(mapped(identity, [operand("float32", [4], special)])).toEqual(special);
		expect(
			mapped(
				formula("neg", (a) => a.neg()),
				[operand("float32", [2], [0, -0])],
			),
		).toEqual([-0, 0]);
	});

	it("rounds a float32 result once, not its intermediate values", () => {
		const there = formula("there", (a) => a.add(constant(2 ** -30)).sub(1));
		expect(mapped(there, [operand("float32", [1], [1])])).toEqual([2 ** -30]);
		expect(mapped(identity, [operand("float64", [1], [0.1])], "float32")).toEqual([Math.fround(0.1)]);
	});

	it("wraps integers at 32 bits after each step", () => {
		const square = formula("square", (a) => a.mul(a));
		// 46341² = 2147488281 and 100003² = 10000600009; both less a multiple of 2³².
		expect(mapped(square, [operand("int32", [2], [46341, 100003])])).toEqual([-2147479015, 1410665417]);
		expect(
			mapped(
				formula("up", (a) => a.add(1)),
				[operand("int32", [1], [2147483647])],
			),
		).toEqual([-2147483648]);
		const halfOfDouble = formula("halfOfDouble", (a) => a.mul(2).div(2));
		expect(mapped(halfOfDouble, [operand("int32", [1], [2 ** 30])], "float32")).toEqual([-(2 ** 30)]);
	});

	it("gives 0 and 1 for truths and takes any number but 0 as true", () => {
		const x = operand("float32", [4], [-1, 0, Number.NaN, 2]);
		expect(
			mapped(
				formula("positive", (a) => a.gt(0)),
				[x],
				"bool",
			),
		).toEqual([0, 0, 0, 1]);
		expect(
			mapped(
				formula("not", (a) => call(s.not, a)),
				[x],
				"bool",
			),
		).toEqual([0, 1, 0, 0]);
		expect(
			mapped(
				formula("pick", (a) => call(s.select, a, 5, 6)),
				[x],
				"float32",
			),
		).toEqual([5, 6, 5, 5]);
		expect(
			mapped(
				formula("count", (a) => a.add(a)),
				[operand("bool", [2], [1, 0])],
				"int32",
			),
		).toEqual([2, 0]);
	});
});
