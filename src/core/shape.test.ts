import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, IndexError, ShapeError } from "./errors.ts";
import {
	broadcastShapes,
	broadcastStrides,
	checkShape,
	contiguousStrides,
	formatShape,
	isContiguous,
	normalizeAxes,
	normalizeAxis,
	reducedShape,
	sameShape,
	sizeOf,
} from "./shape.ts";

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });

describe("sizeOf", () => {
	it("is the product of the lengths, 1 for a scalar and 0 where an axis is empty", () => {
		expect(sizeOf([])).toBe(1);
		expect(sizeOf([2, 3, 4])).toBe(24);
		expect(sizeOf([5, 0, 7])).toBe(0);
	});
});

describe("contiguousStrides", () => {
	it("counts the elements behind each axis", () => {
		expect(contiguousStrides([])).toEqual([]);
		expect(contiguousStrides([2, 3, 4])).toEqual([12, 4, 1]);
		expect(contiguousStrides([2, 0, 4])).toEqual([0, 4, 1]);
	});
});

describe("isContiguous", () => {
	it("holds for the strides of every row-major array", () => {
		fc.assert(fc.property(shapes, (shape) => isContiguous(shape, contiguousStrides(shape))));
	});

	it("overlooks the stride of an axis of length 1, and of no other", () => {
		expect(isContiguous([1, 3, 1], [99, 1, -7])).toBe(true);
		expect(isContiguous([2, 3], [3, 1])).toBe(true);
		expect(isContiguous([2, 3], [1, 2])).toBe(false);
		expect(isContiguous([2, 3], [4, 1])).toBe(false);
		expect(isContiguous([3], [-1])).toBe(false);
		expect(isContiguous([2], [0])).toBe(false);
	});
});

describe("sameShape", () => {
	it("compares lengths and rank", () => {
		expect(sameShape([2, 3], [2, 3])).toBe(true);
		expect(sameShape([], [])).toBe(true);
		expect(sameShape([2, 3], [3, 2])).toBe(false);
		expect(sameShape([2], [2, 1])).toBe(false);
	});
});

describe("formatShape", () => {
	it("writes a list in brackets", () => {
		expect([formatShape([]), formatShape([7]), formatShape([2, 3])]).toEqual(["[]", "[7]", "[2, 3]"]);
	});
});

describe("checkShape", () => {
	it("accepts lists of non-negative integers", () => {
		for (const shape of [[], [0], [2, 3], [1, 0, 5]]) expect(() => checkShape(shape, "zeros")).not.toThrow();
	});

	it.each([[[2, -1]], [[1.5]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])("refuses %j and shows the length that is none", (shape) => {
		expect(() => checkShape(shape, "zeros")).toThrow(ShapeError);
		expect(() => checkShape(shape, "zeros")).toThrow(`zeros: ${formatShape(shape)} is no shape.`);
		expect(() => checkShape(shape, "zeros")).toThrow(`received ${shape.at(-1)}.`);
	});

	it.each([[5], ["2"], [null], [undefined], [{ length: 1 }]])("refuses %j, which is no list", (value) => {
		expect(() => checkShape(value as unknown as number[], "zeros")).toThrow(ShapeError);
		expect(() => checkShape(value as unknown as number[], "zeros")).toThrow(/zeros: expected a shape, a list of lengths such as \[2, 3\]/);
	});
});

describe("broadcastShapes", () => {
	it("aligns axes from the right and stretches length 1, also to 0", () => {
		expect(broadcastShapes([3], [2, 3], "add")).toEqual([2, 3]);
		expect(broadcastShapes([4, 1], [3], "add")).toEqual([4, 3]);
		expect(broadcastShapes([], [2, 2], "add")).toEqual([2, 2]);
		expect(broadcastShapes([1, 5], [0, 1], "add")).toEqual([0, 5]);
		expect(broadcastShapes([2, 1, 3], [4, 1], "add")).toEqual([2, 4, 3]);
	});

	it("does not care which shape comes first, and leaves a shape as it is beside itself and beside a scalar", () => {
		fc.assert(
			fc.property(shapes, fc.nat(5), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (shape, drop, ones) => {
				const other = shape.slice(drop).map((length, i) => (ones[i] ? 1 : length));
				expect(broadcastShapes(shape, other, "f")).toEqual(shape);
				expect(broadcastShapes(other, shape, "f")).toEqual(shape);
				expect(broadcastShapes(shape, [], "f")).toEqual(shape);
			}),
		);
	});

	it("names the axis of the result at which two lengths differ", () => {
		const join = () => broadcastShapes([5, 2, 3], [4, 3], "add");
		expect(join).toThrow(ShapeError);
		expect(join).toThrow(/add: shapes \[5, 2, 3\] and \[4, 3\] do not broadcast.*axis 1.*received 2 and 4.*Try: reshape or unsqueeze/s);
		expect(() => broadcastShapes([0], [2], "add")).toThrow(/received 0 and 2/);
	});
});

describe("normalizeAxis", () => {
	it("counts negative axes from the end", () => {
		expect([0, 2, -1, -3].map((axis) => normalizeAxis(axis, 3, "sum"))).toEqual([0, 2, 2, 0]);
	});

	it.each([[3], [-4], [0.5], [Number.NaN]])("refuses %d among three axes", (axis) => {
		expect(() => normalizeAxis(axis, 3, "sum")).toThrow(IndexError);
		expect(() => normalizeAxis(axis, 3, "sum")).toThrow(`sum: axis ${axis} is out of range; expected an integer from -3 to 2.`);
	});

	it("says that a scalar has no axes", () => {
		expect(() => normalizeAxis(0, 0, "sum")).toThrow(/sum: axis 0 is out of range; a scalar has no axes/);
	});
});

describe("normalizeAxes", () => {
	it("means all axes by nothing, and sorts those that are named", () => {
		expect(normalizeAxes(undefined, 3, "sum")).toEqual([0, 1, 2]);
		expect(normalizeAxes(null, 0, "sum")).toEqual([]);
		expect(normalizeAxes(-1, 3, "sum")).toEqual([2]);
		expect(normalizeAxes([-1, 0], 3, "sum")).toEqual([0, 2]);
		expect(normalizeAxes([], 3, "sum")).toEqual([]);
	});

	it("leaves the list it was given as it was", () => {
		const axes = [2, 0];
		normalizeAxes(axes, 3, "sum");
		expect(axes).toEqual([2, 0]);
	});

	it("refuses an axis that is named twice, under whichever name", () => {
		expect(() => normalizeAxes([1, -2], 3, "sum")).toThrow(ArgumentError);
		expect(() => normalizeAxes([1, -2], 3, "sum")).toThrow(/sum: axis 1 is named twice/);
	});
});

describe("reducedShape", () => {
	it("drops the axes or keeps them with length 1", () => {
		expect(reducedShape([2, 3, 4], [0, 2], false)).toEqual([3]);
		expect(reducedShape([2, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
		expect(reducedShape([2, 0], [1], false)).toEqual([2]);
		expect(reducedShape([], [], true)).toEqual([]);
	});
});

describe("broadcastStrides", () => {
	it("steps by 0 along axes that are new or stretched, and as before along the others", () => {
		expect(broadcastStrides([3], [1], [2, 3])).toEqual([0, 1]);
		expect(broadcastStrides([4, 1], [1, 1], [2, 4, 5])).toEqual([0, 1, 0]);
		expect(broadcastStrides([1, 3], [3, -1], [1, 3])).toEqual([3, -1]);
		expect(broadcastStrides([], [], [2, 2])).toEqual([0, 0]);
		expect(broadcastStrides([1], [1], [0])).toEqual([0]);
	});
});
