import { describe, expect, it } from "vitest";
import { sparkline } from "./sparkline.ts";

describe("a sparkline", () => {
	it("goes from the lowest to the highest value and leaves gaps", () => {
		expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe("▁▂▃▄▅▆▇█");
		expect(sparkline([7, Number.NaN, 0], 20)).toBe("█ ▁");
		expect(sparkline([5, 5], 20)).toBe("▁▁");
		expect(sparkline([], 20)).toBe("");
	});

	it("is thinned to its width and keeps both ends", () => {
		const values = Array.from({ length: 500 }, (_, i) => (i === 0 || i === 499 ? 1 : 0));
		expect(sparkline(values, 20)).toBe(`█${"▁".repeat(18)}█`);
	});
});
