import { expect, test } from "vitest";
import { exactExp, exactLog, normalQuantile, normalTail } from "./elementary.ts";

// Expected values: mpmath 1.3 with 40 digits (log, exp, erfc(x / √2) / 2, and the root of ncdf(x) = p), rounded to float64.

/** A few roundings of float64. */
const TIGHT = 2e-15;

const expectRelative = (value: number, expected: number, tolerance: number): void => {
	expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
};

test.each([
	[0.5, -Math.LN2],
	[1e-10, -23.025850929940457],
	[0.706, -0.34814004148889505],
	[0.7072, -0.3464417676587033],
	[3e-200, -459.41840631014105],
	[1, 0],
])("the logarithm of %d is %d", (x, expected) => expectRelative(exactLog(x), expected, TIGHT));

test.each([
	[0, 1],
	[-0.3, 0.7408182206817179],
	[-0.35, 0.7046880897187134],
	[-1, 0.36787944117144233],
	[-20.5, 1.2501528663867426e-9],
	[-450, 3.693883068487256e-196],
	[-699, 2.680137958338607e-304],
])("e to the power of %d is %d", (x, expected) => expectRelative(exactExp(x), expected, TIGHT));

test.each([
	[0, 0.5],
	[0.5, 0.3085375387259869],
	[1, 0.15865525393145705],
	[1.96, 0.024997895148220435],
	[2.5, 0.006209665325776135],
	[3, 0.0013498980316300946],
	[3.0625, 0.0010974823774378647],
	[5, 2.866515718791939e-7],
	[8, 6.220960574271784e-16],
	[20, 2.7536241186062337e-89],
	[30, 4.906713927148187e-198],
	[36, 4.182624065797283e-284],
	// The series' last digits cancel towards x = 3: an error of 1e-16 there is 1e-13 of the tail.
])("the normal tail above %d is %d", (x, expected) => {
	expectRelative(normalTail(x), expected, 2e-13);
	expectRelative(normalTail(-x), 1 - expected, TIGHT);
});

test("the tail of infinity is 0 and of minus infinity 1", () => {
	expect([normalTail(Number.POSITIVE_INFINITY), normalTail(Number.NEGATIVE_INFINITY)]).toEqual([0, 1]);
});

test.each([
	[0.5, 0],
	[0.6, 0.2533471031357997],
	[0.925, 1.4395314709384561],
	[0.95, 1.6448536269514722],
	[0.975, 1.9599639845400538],
	[1e-3, -3.0902323061678136],
	[1e-6, -4.753424308822899],
	[1e-10, -6.361340902404057],
	[1e-100, -21.273453560965326],
	[4e-200, -30.159714264774905],
])("the normal quantile of %d is %d", (p, expected) => expectRelative(normalQuantile(p, 1 - p), expected, TIGHT));

test("the quantile is odd: swapping the tails changes the sign only", () => {
	for (let i = 1; i < 2000; i++) {
		const p = i / 4000;
		expect(normalQuantile(1 - p, p)).toBe(-normalQuantile(p, 1 - p));
	}
});

test("the quantile inverts the tail, across the seams of its three pieces", () => {
	for (let x = -8; x <= 8; x += 0.01) {
		const found = normalQuantile(normalTail(-x), normalTail(x));
		// Near x = 3 the tail itself is good to 2e-13, and dx = dQ / (Q · x).
		expect(Math.abs(found - x)).toBeLessThan(2e-13);
	}
});
