/** A tensor's values in a few numbers and a histogram. */
import { momentsOf } from "../../core/moments.ts";

/** Counts of values in bins of equal width from `low` to `high`. */
export interface Histogram {
	readonly low: number;
	readonly high: number;
	readonly counts: readonly number[];
}

/** What values look like; all numbers are of the finite ones, NaN where there are none. */
export interface ValueSummary {
	/** Values, finite or not. */
	readonly count: number;
	/** NaN and ±∞ among them. */
	readonly nonFiniteCount: number;
	readonly mean: number;
	/** Σ (x − mean)² / n */
	readonly variance: number;
	/** Part of the values that is exactly 0. */
	readonly zeroShare: number;
	/** Part of the values within 2.5 % of the range's width of one of its ends; null for values without such a range. */
	readonly saturatedShare: number | null;
	readonly quantiles: { readonly [K in keyof typeof quantileLevels]: number };
	/** 30 bins. */
	readonly histogram: Histogram;
}

/** Parts of the values that lie at or below each quantile. */
const quantileLevels = { min: 0, p05: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, max: 1 } as const;

const BIN_COUNT = 30;

/** For tanh this is |y| > 0.95, where its derivative is below a tenth of its largest; for the sigmoid y < 0.025 or y > 0.975, alike. */
const NEAR_END = 0.025;

/** Summary of values that saturate at the ends of `range`, if one is given. */
export function summarize(values: ArrayLike<number>, range: readonly [low: number, high: number] | null = null): ValueSummary {
	const finite = Float64Array.from(values).filter(Number.isFinite).sort();
	const shareOf = (wanted: (x: number) => boolean): number => finite.filter(wanted).length / finite.length;
	const { mean, variance } = momentsOf(finite);
	return {
		count: values.length,
		nonFiniteCount: values.length - finite.length,
		mean,
		variance,
		zeroShare: shareOf((x) => x === 0),
		saturatedShare: range === null ? null : shareOf(isNearEndOf(range)),
		quantiles: mapValues(quantileLevels, (level) => quantile(finite, level)),
		histogram: histogramOf(finite),
	};
}

function isNearEndOf([low, high]: readonly [low: number, high: number]): (x: number) => boolean {
	const margin = NEAR_END * (high - low);
	return (x) => x < low + margin || x > high - margin;
}

/** By linear interpolation between neighbours, as NumPy does. */
function quantile(sorted: Float64Array, level: number): number {
	if (sorted.length === 0) return Number.NaN;
	const place = level * (sorted.length - 1);
	const below = Math.floor(place);
	const above = Math.min(below + 1, sorted.length - 1);
	return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function histogramOf(sorted: Float64Array): Histogram {
	const counts = new Array<number>(BIN_COUNT).fill(0);
	if (sorted.length === 0) return { low: 0, high: 1, counts };
	const [low, high] = widened(sorted[0], sorted[sorted.length - 1]);
	const scale = BIN_COUNT / (high - low);
	// The largest value belongs to the last bin.
	for (const x of sorted) counts[Math.min(BIN_COUNT - 1, Math.floor((x - low) * scale))]++;
	return { low, high, counts };
}

/** Values that are all equal get a bin in the middle of a range of length 1. */
function widened(low: number, high: number): [low: number, high: number] {
	return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function mapValues<K extends string, T, U>(record: Readonly<Record<K, T>>, change: (value: T) => U): Record<K, U> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as T)])) as Record<K, U>;
}
