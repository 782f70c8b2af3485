import { expect, test } from "vitest";
import { momentsOf } from "./moments.ts";

test("moments of 1, 2, 3, 6 are those worked out by hand", () => {
	// Deviations −2, −1, 0, 3: squares 4, 1, 0, 9 (mean 3.5), fourth powers 16, 1, 0, 81 (mean 24.5).
	expect(momentsOf([1, 2, 3, 6])).toEqual({
		count: 4,
		mean: 3,
		variance: 3.5,
		min: 1,
		max: 6,
		meanError: Math.sqrt(3.5 / 4),
		varianceError: Math.sqrt((24.5 - 3.5 ** 2) / 4),
	});
});

test("values far from 0 keep their variance", () => {
	expect(momentsOf([1e8 + 1, 1e8 - 1]).variance).toBe(1);
});

test("no values have no mean", () => {
	expect(momentsOf([])).toMatchObject({ count: 0, mean: Number.NaN, variance: Number.NaN });
});
