import { describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { exactQuantiles, sketchQuantiles } from "./quantiles.ts";

describe.each([
	["exactQuantiles", exactQuantiles],
	["sketchQuantiles", () => sketchQuantiles()],
])("%s of few numbers", (_, make) => {
	it("interpolates between neighbours as NumPy does", () => {
		const quantiles = make();
		quantiles.add(Float64Array.of(3, Number.NaN, 1));
		quantiles.add(Float64Array.of(4, 2));
		// places 0.75, 1.5 and 2.25 of 1 2 3 4
		expect([0, 0.25, 0.5, 0.75, 1].map((p) => quantiles.quantile(p))).toEqual([1, 1.75, 2.5, 3.25, 4]);
	});

	it("takes numbers after it was asked", () => {
		const quantiles = make();
		quantiles.add(Float64Array.of(1));
		expect(quantiles.quantile(0.5)).toBe(1);
		quantiles.add(Float64Array.of(5));
		expect(quantiles.quantile(0.5)).toBe(3);
	});

	it("has none of no numbers", () => {
		expect(make().quantile(0.5)).toBeNaN();
	});
});

describe("sketchQuantiles", () => {
	it.each(["sorted", "reversed", "shuffled"])("stays within its bound in rank for %s numbers", (arrangement) => {
		const [count, capacity] = [100_000, 256];
		const numbers = Float64Array.from({ length: count }, (_, i) => (arrangement === "reversed" ? count - 1 - i : i));
		if (arrangement === "shuffled") new RandomStream(1).shuffle(numbers);
		const sketch = sketchQuantiles(capacity);
		sketch.add(numbers);
		const levelCount = Math.ceil(Math.log2(count / capacity));
		const bound = (count * levelCount) / (2 * capacity);
		for (const p of [0.01, 0.25, 0.5, 0.75, 0.99]) {
			// The numbers are their own ranks.
			expect(Math.abs(sketch.quantile(p) - p * (count - 1))).toBeLessThanOrEqual(bound);
		}
	});
});
