import { expect, test } from "vitest";
import { summarize } from "./value-summary.ts";

test("a summary of eleven values agrees with hand arithmetic and NumPy's quantiles", () => {
	const { histogram, ...summary } = summarize([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	expect(summary).toEqual({
		count: 11,
		nonFiniteCount: 0,
		mean: 5,
		variance: 10,
		zeroShare: 1 / 11,
		saturatedShare: null,
		// numpy.quantile(range(11), [0, .05, .25, .5, .75, .95, 1])
		quantiles: { min: 0, p05: 0.5, p25: 2.5, median: 5, p75: 7.5, p95: 9.5, max: 10 },
	});
	// 30 bins of width 1/3: x falls into bin 3x, the largest into the last.
	expect([histogram.low, histogram.high, histogram.counts.length]).toEqual([0, 10, 30]);
	expect(histogram.counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([
		...[0, 3, 6, 9, 12, 15, 18, 21, 24, 27].map((bin) => [bin, 1]),
		[29, 1],
	]);
});

test("values near the ends of a range are counted: 2.5 % of its width", () => {
	expect(summarize([-1, -0.96, -0.94, 0, 0.94, 0.96, 1, 0.5], [-1, 1]).saturatedShare).toBe(0.5);
});

test("equal values share one bin, no values leave all empty, and what is not finite is counted apart", () => {
	expect(summarize([2, 2]).histogram).toMatchObject({ low: 1.5, high: 2.5 });
	expect(summarize([2, 2]).histogram.counts[15]).toBe(2);
	expect(summarize([]).histogram.counts).toEqual(new Array(30).fill(0));
	expect(summarize([Number.NaN, 1, Number.POSITIVE_INFINITY, 3])).toMatchObject({ count: 4, nonFiniteCount: 2, mean: 2, variance: 1 });
});
