import { describe, expect, test } from "vitest";
import { shareError, shareInterval } from "./sampling.ts";

describe("chance in shares", () => {
	test("the interval is Wilson's: 8 of 10 lies between 49.0 % and 94.3 %", () => {
		const [low, high] = shareInterval(8, 10);
		// (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96: (0.99208 ± 0.313674) / 1.38416.
		expect(low).toBeCloseTo(0.49012, 4);
		expect(high).toBeCloseTo(0.94336, 4);
	});

	test("the interval of all or none ends at 1 or 0 and is not a point", () => {
		expect(shareInterval(5, 5)[1]).toBe(1);
		expect(shareInterval(0, 5)[0]).toBe(0);
		// n / (n + z²)
		expect(shareInterval(5, 5)[0]).toBeCloseTo(5 / (5 + 1.96 ** 2), 12);
	});

	test("the standard error is that of Laplace's rate, above 0 where all are right", () => {
		expect(shareError(0.5, 98)).toBeCloseTo(0.5 / Math.sqrt(98), 12);
		expect(shareError(1, 8)).toBeCloseTo(Math.sqrt((0.9 * 0.1) / 8), 12);
	});
});
