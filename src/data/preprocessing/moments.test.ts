import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviationOf, mergeMoments, momentsOf, noMoments } from "./moments.ts";

describe("moments", () => {
	it("of 2, 4, 4, 4, 5, 5, 7, 9 are mean 5 and deviation 2", () => {
		const moments = momentsOf([2, 4, 4, 4, 5, 5, 7, 9]);
		expect(moments).toEqual({ count: 8, mean: 5, squares: 32 });
		expect(deviationOf(moments)).toBe(2);
	});

	it("leave out cells that are not finite", () => {
		expect(momentsOf([Number.NaN, 1, Number.POSITIVE_INFINITY, 3])).toEqual({ count: 2, mean: 2, squares: 2 });
		expect(momentsOf([Number.NaN])).toEqual(noMoments);
	});

	it("keep a spread of 1 beside a mean of 10¹²", () => {
		expect(deviationOf(momentsOf([1e12 - 1, 1e12 + 1]))).toBe(1);
	});

	it("are those of view(x) where a view is given", () => {
		expect(momentsOf([1, 2, 3], (x) => 10 * x)).toEqual({ count: 3, mean: 20, squares: 200 });
	});

	it("of two parts merge to those of the whole", () => {
		const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });
		fc.assert(
			fc.property(numbers, numbers, (a, b) => {
				const merged = mergeMoments(momentsOf(a), momentsOf(b));
				const whole = momentsOf([...a, ...b]);
				expect(merged.count).toBe(whole.count);
				// Rounding of at most 100 terms of size 1e6, squared 1e12.
				expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(1e-12 * 1e6);
				expect(Math.abs(merged.squares - whole.squares)).toBeLessThanOrEqual(1e-12 * Math.max(1, whole.squares) + 1e-3);
			}),
		);
	});
});
