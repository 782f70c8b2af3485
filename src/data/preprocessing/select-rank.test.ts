import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectRank } from "./select-rank.ts";

describe("selectRank", () => {
	it("finds what sorting finds, in any order of asking", () => {
		const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { minLength: 1, maxLength: 500 });
		fc.assert(
			fc.property(numbers, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (list, ranks) => {
				const [asked, sorted] = [Float64Array.from(list), Float64Array.from(list).sort()];
				// −0 and 0 are equal numbers in either order.
				for (const rank of ranks) expect(selectRank(asked, rank % list.length) + 0).toBe(sorted[rank % list.length] + 0);
				expect(asked.sort().map((x) => x + 0)).toEqual(sorted.map((x) => x + 0));
			}),
		);
	});

	it.each<[string, (i: number) => number]>([
		["ascending", (i) => i],
		["descending", (i) => -i],
		["equal", () => 7],
		["an organ pipe", (i) => Math.min(i, 99_999 - i)],
	])("finds the median of 100,000 numbers that are %s", (_, at) => {
		const numbers = Float64Array.from({ length: 100_000 }, (_, i) => at(i));
		const median = numbers.slice().sort()[50_000];
		expect(selectRank(numbers, 50_000)).toBe(median);
	});
});
