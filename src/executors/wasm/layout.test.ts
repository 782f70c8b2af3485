import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguousStrides, sizeOf } from "../../core/shape.ts";
import type { Operand } from "../../kernels/contracts.ts";
import { mergeAxes } from "./layout.ts";

/** Only what merging reads. */
function view(shape: readonly number[], strides: readonly number[]): Operand {
	return { block: { bytes: 0 }, dtype: "float32", shape, strides, offset: 0, size: sizeOf(shape), contiguous: false };
}

/** The places that nested loops visit, in order. */
function visited(shape: readonly number[], strides: readonly number[]): number[] {
	return shape.reduce<number[]>(
		(places, length, axis) => places.flatMap((place) => Array.from({ length }, (_, i) => place + i * strides[axis] + 0)),
		[0],
	);
}

describe("mergeAxes", () => {
	it("makes one axis of an array without gaps", () => {
		expect(mergeAxes([view([2, 3, 4], [12, 4, 1])])).toEqual({ shape: [24], strides: [[1]] });
	});

	it("joins only what every operand walks as one", () => {
		const rows = view([2, 3, 4], [12, 4, 1]);
		expect(mergeAxes([rows, view([2, 3, 4], [0, 4, 1])])).toEqual({
			shape: [2, 12],
			strides: [
				[12, 1],
				[0, 1],
			],
		});
		expect(mergeAxes([rows, view([2, 3, 4], [0, 0, 1])])).toEqual({
			shape: [6, 4],
			strides: [
				[4, 1],
				[0, 1],
			],
		});
		expect(mergeAxes([rows, view([2, 3, 4], [1, 2, 6])]).shape).toEqual([2, 3, 4]);
	});

	it("joins axes that a scalar stretches over, and those of a flipped array", () => {
		expect(mergeAxes([view([5, 6], [0, 0])])).toEqual({ shape: [30], strides: [[0]] });
		expect(mergeAxes([view([5, 6], [-6, -1])])).toEqual({ shape: [30], strides: [[-1]] });
		expect(mergeAxes([view([5, 6], [6, -1])]).shape).toEqual([5, 6]);
	});

	it("drops axes of length 1, whatever their strides, and leaves one axis at least", () => {
		expect(mergeAxes([view([1, 3, 1, 2], [77, 2, -5, 1])])).toEqual({ shape: [6], strides: [[1]] });
		expect(mergeAxes([view([], []), view([], [])])).toEqual({ shape: [1], strides: [[1], [1]] });
		expect(mergeAxes([view([1, 1], [9, 9])])).toEqual({ shape: [1], strides: [[1]] });
	});

	it("visits the same places in the same order, with no two axes that could be joined", () => {
		const operands = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 }).chain((shape) =>
			fc.tuple(
				fc.constant(shape),
				fc.array(
					fc.oneof(
						fc.constant(contiguousStrides(shape)),
						fc.array(fc.integer({ min: -3, max: 6 }), { minLength: shape.length, maxLength: shape.length }),
						fc
							.subarray([0, 1, 2, 3, 4, 5])
							.map((axes) => contiguousStrides(shape).map((stride, axis) => (axes.includes(axis) ? 0 : stride))),
					),
					{ minLength: 1, maxLength: 3 },
				),
			),
		);
		fc.assert(
			fc.property(operands, ([shape, strides]) => {
				const merged = mergeAxes(strides.map((list) => view(shape, list)));
				strides.forEach((list, i) => {
					expect(visited(merged.shape, merged.strides[i])).toEqual(visited(shape, list));
				});
				for (let axis = 1; axis < merged.shape.length; axis++) {
					expect(merged.strides.some((list) => list[axis - 1] !== list[axis] * merged.shape[axis])).toBe(true);
				}
			}),
			{ numRuns: 300 },
		);
	});
});
