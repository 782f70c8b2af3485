import { describe, expect, it } from "vitest";
import type { PoolWindows } from "../contracts.ts";
import { operand, valuesOf } from "./fixture.ts";
import { averagePool, averagePoolGrad, maxPool, maxPoolGrad } from "./pooling.ts";

/** Windows given as [start, end] by axis, each average over `divisor`. */
function windowsOf(rows: readonly (readonly number[])[], columns: readonly (readonly number[])[], divisor = 1): PoolWindows {
	return {
		rowStart: Int32Array.from(rows, ([start]) => start),
		rowEnd: Int32Array.from(rows, ([, end]) => end),
		rowStep: 1,
		columnStart: Int32Array.from(columns, ([start]) => start),
		columnEnd: Int32Array.from(columns, ([, end]) => end),
		columnStep: 1,
		divisors: new Float32Array(rows.length * columns.length).fill(divisor),
	};
}

const quarters = windowsOf(
	[
		[0, 2],
		[2, 4],
	],
	[
		[0, 2],
		[2, 4],
	],
	4,
);
const overlapping = windowsOf(
	[[0, 2]],
	[
		[0, 2],
		[1, 3],
	],
	4,
);
const image = [1, 5, 2, 0, 3, 4, 8, 1, -1, -2, 6, 6, -3, -4, 6, 7];

function maxima(
	x: readonly number[],
	shape: readonly [number, number, number],
	windows: PoolWindows,
): { values: number[]; indices: number[] } {
	const outShape = [shape[0], windows.rowStart.length, windows.columnStart.length];
	const out = operand("float32", outShape);
	const indices = operand("int32", outShape);
	maxPool(operand("float32", shape, x), out, indices, windows);
	return { values: valuesOf(out), indices: valuesOf(indices) };
}

describe("maxPool", () => {
	it("gives the largest value of each window and where it is in its plane", () => {
		const { values, indices } = maxima([...image, ...image.map((v) => -v)], [2, 4, 4], quarters);
		expect(values).toEqual([5, 8, -1, 7, -1, -0, 4, -6]);
		expect(indices).toEqual([1, 6, 8, 15, 0, 3, 13, 10]);
	});

	it("takes every second cell where the window is dilated", () => {
		const dilated = { ...windowsOf([[0, 3]], [[1, 4]]), rowStep: 2, columnStep: 2 };
		expect(maxima(image, [1, 4, 4], dilated)).toEqual({ values: [6], indices: [11] });
	});

	it("takes the first of equal values, −∞, and the first NaN before all", () => {
		const whole = windowsOf([[0, 1]], [[0, 3]]);
		expect(maxima([2, 2, 1], [1, 1, 3], whole).indices).toEqual([0]);
		const lowest = Number.NEGATIVE_INFINITY;
		expect(maxima([lowest, lowest, lowest], [1, 1, 3], whole)).toEqual({ values: [lowest], indices: [0] });
		expect(maxima([9, Number.NaN, Number.NaN], [1, 1, 3], whole)).toEqual({ values: [Number.NaN], indices: [1] });
	});

	it("sends gradients back to the winners, adding where windows share one", () => {
		const gradX = operand("float32", [1, 2, 3]);
		const indices = maxima([0, 9, 0, 0, 0, 0], [1, 2, 3], overlapping).indices;
		expect(indices).toEqual([1, 1]);
		maxPoolGrad(operand("float32", [1, 1, 2], [2, 3]), operand("int32", [1, 1, 2], indices), gradX);
		expect(valuesOf(gradX)).toEqual([0, 5, 0, 0, 0, 0]);
	});

	it("keeps planes apart on the way back", () => {
		const gradX = operand("float32", [2, 1, 2]);
		maxPoolGrad(operand("float32", [2, 1, 1], [2, 3]), operand("int32", [2, 1, 1], [1, 0]), gradX);
		expect(valuesOf(gradX)).toEqual([0, 2, 3, 0]);
	});
});

describe("averagePool", () => {
	it("divides the sum of each window by its divisor", () => {
		const out = operand("float32", [1, 2, 2]);
		averagePool(operand("float32", [1, 4, 4], image), out, quarters);
		expect(valuesOf(out)).toEqual([13 / 4, 11 / 4, -10 / 4, 25 / 4]);
	});

	it("spreads gradients over the windows", () => {
		const gradX = operand("float32", [1, 2, 3]);
		averagePoolGrad(operand("float32", [1, 1, 2], [4, 8]), gradX, overlapping);
		expect(valuesOf(gradX)).toEqual([1, 3, 2, 1, 3, 2]);
	});

	it("uses a divisor of each cell's own", () => {
		const out = operand("float64", [2, 1, 2]);
		const windows = { ...overlapping, divisors: Float32Array.from([1, 2]) };
		averagePool(operand("float64", [2, 2, 3], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]), out, windows);
		expect(valuesOf(out)).toEqual([4, 2, 8, 4]);
	});

	it("does nothing without planes", () => {
		const out = operand("float32", [0, 2, 2]);
		averagePool(operand("float32", [0, 4, 4]), out, quarters);
		expect(valuesOf(out)).toEqual([]);
	});
});
