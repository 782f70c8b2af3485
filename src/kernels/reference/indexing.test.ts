import { describe, expect, it } from "vitest";
import type { DType } from "../../core/dtype.ts";
import { operand, valuesOf } from "./fixture.ts";
import { embeddingBag, embeddingBagGrad, findOutOfRange, gather, gatherGrad, scatterAdd, take } from "./indexing.ts";

const indices = (values: readonly number[], shape: readonly number[] = [values.length]) => operand("int32", shape, values);

describe("take and scatterAdd", () => {
	const layout = { outer: 2, length: 3, inner: 2 };
	const x = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16];

	it.each<DType>(["float32", "float64", "int32", "uint8", "bool"])("picks entries of the middle axis from %s", (dtype) => {
		const source = dtype === "bool" ? x.map((value) => value % 2) : x;
		const out = operand(dtype, [2, 2, 2]);
		take(operand(dtype, [2, 3, 2], source), indices([2, 0]), out, layout);
		expect(valuesOf(out)).toEqual([4, 5, 0, 1, 10, 11, 6, 7].map((at) => source[at]));
	});

	it("adds to what is there, once for each mention", () => {
		const out = operand("float32", [2, 3, 2], new Array(12).fill(100));
		scatterAdd(operand("float32", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), indices([1, 1]), out, layout);
		expect(valuesOf(out)).toEqual([100, 100, 104, 106, 100, 100, 100, 100, 112, 114, 100, 100]);
	});

	it("does nothing for no indices", () => {
		const out = operand("float32", [2, 0, 2]);
		take(operand("float32", [2, 3, 2], x), indices([]), out, layout);
		expect(valuesOf(out)).toEqual([]);
	});
});

describe("gather and gatherGrad", () => {
	const layout = { outer: 2, length: 3, inner: 2, count: 1 };
	const where = indices([2, 0, 1, 1], [2, 1, 2]);

	it("picks by an index of each element's own", () => {
		const out = operand("float32", [2, 1, 2]);
		gather(operand("float32", [2, 3, 2], [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]), where, out, layout);
		expect(valuesOf(out)).toEqual([5, 2, 13, 14]);
	});

	it("adds back to where it came from", () => {
		const out = operand("float32", [2, 3, 2], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
		gatherGrad(operand("float32", [2, 1, 2], [7, 8, 9, 10]), where, out, layout);
		expect(valuesOf(out)).toEqual([1, 8, 0, 0, 7, 0, 0, 0, 9, 10, 0, 0]);
	});

	it("adds where indices repeat", () => {
		const out = operand("float32", [1, 2, 1], [0, 0]);
		gatherGrad(operand("float32", [1, 3, 1], [1, 2, 4]), indices([0, 0, 1], [1, 3, 1]), out, { outer: 1, length: 2, inner: 1, count: 3 });
		expect(valuesOf(out)).toEqual([3, 4]);
	});
});

describe("embeddingBag", () => {
	it("sums rows and scales them", () => {
		const out = operand("float32", [2, 2]);
		embeddingBag(operand("float32", [3, 2], [1, 2, 10, 20, 100, 200]), indices([0, 2, 1, 1], [2, 2]), out, 0.5);
		expect(valuesOf(out)).toEqual([50.5, 101, 10, 20]);
	});

	it("adds gradients to the rows of each bag", () => {
		const gradWeight = operand("float32", [3, 2], [0, 0, 0, 0, 0, 1]);
		embeddingBagGrad(operand("float32", [2, 2], [2, 4, 6, 8]), indices([0, 2, 1, 1], [2, 2]), gradWeight, 0.5);
		expect(valuesOf(gradWeight)).toEqual([1, 2, 6, 8, 1, 3]);
	});

	it("gives zeros for an empty bag", () => {
		const out = operand("float32", [2, 2]);
		embeddingBag(operand("float32", [3, 2]), indices([], [2, 0]), out, 1);
		expect(valuesOf(out)).toEqual([0, 0, 0, 0]);
	});
});

describe("findOutOfRange", () => {
	it("gives the first position outside 0 … length − 1, or −1", () => {
		expect(findOutOfRange(indices([0, 4, 2]), 5)).toBe(-1);
		expect(findOutOfRange(indices([0, 5, -1]), 5)).toBe(1);
		expect(findOutOfRange(indices([3, -1, 5]), 5)).toBe(1);
		expect(findOutOfRange(indices([]), 0)).toBe(-1);
	});
});
