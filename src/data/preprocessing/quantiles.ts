/**
 * Quantiles of numbers that arrive in pieces: exact from columns that stay in memory, or by a sketch of bounded size.
 *
 * The sketch keeps buffers of `capacity` numbers. A full buffer is sorted and every other number goes up one level, where each stands
 * for twice as many; odd and even places take turns (Munro & Paterson 1980, doi:10.1016/0304-3975(80)90061-4). Up to `capacity` numbers it is
 * exact. Beyond that a level adds at most n / (2 · capacity) to the error in rank, so with L levels the rank is within
 * n · L / (2 · capacity): 0.1 % of n for 10⁸ numbers and the capacity of 8192. No chance is involved.
 */

import { selectRank } from "./select-rank.ts";

/** Takes numbers, and answers with quantiles of all so far; cells that are not finite do not count. */
export interface Quantiles {
	add(values: Float64Array): void;
	/** At the fraction `p`, 0 … 1, linear between neighbours (the definition of NumPy and R's type 7). NaN for no numbers. */
	quantile(p: number): number;
}

/** Exact quantiles. Holds the arrays it was given, and orders a copy as far as needed when asked. */
export function exactQuantiles(): Quantiles {
	const pieces: Float64Array[] = [];
	let numbers: Float64Array | null = null;
	return {
		add: (values) => {
			pieces.push(values);
			numbers = null;
		},
		quantile: (p) => {
			const all = (numbers ??= finiteNumbers(pieces));
			return interpolate(all.length, p, (rank) => selectRank(all, rank));
		},
	};
}

function finiteNumbers(pieces: readonly Float64Array[]): Float64Array {
	const all = new Float64Array(pieces.reduce((count, piece) => count + piece.length, 0));
	let count = 0;
	for (const piece of pieces) for (let i = 0; i < piece.length; i++) if (Number.isFinite(piece[i])) all[count++] = piece[i];
	return all.subarray(0, count);
}

function interpolate(count: number, p: number, at: (rank: number) => number): number {
	if (count === 0) return Number.NaN;
	const place = p * (count - 1);
	const [low, high] = [at(Math.floor(place)), at(Math.ceil(place))];
	return low + (high - low) * (place - Math.floor(place));
}

/** Numbers of a level's buffer. */
const CAPACITY = 8192;

interface Level {
	readonly numbers: Float64Array;
	count: number;
	/** Whether the next numbers to go up are those at odd places. */
	odd: boolean;
}

/** Quantiles by a sketch of a few buffers of `capacity` numbers, a multiple of 4, so that halves stay whole. */
export function sketchQuantiles(capacity = CAPACITY): Quantiles {
	const levels: Level[] = [newLevel(capacity)];
	return {
		add: (values) => {
			const [lowest] = levels;
			for (let i = 0; i < values.length; i++) {
				if (!Number.isFinite(values[i])) continue;
				lowest.numbers[lowest.count++] = values[i];
				if (lowest.count === capacity) promote(levels, 0);
			}
		},
		quantile: (p) => quantileOf(levels, p),
	};
}

const newLevel = (capacity: number): Level => ({ numbers: new Float64Array(capacity), count: 0, odd: false });

/** Empties a full level into the next, and that one if it is full then. */
function promote(levels: Level[], height: number): void {
	const level = levels[height];
	const above = (levels[height + 1] ??= newLevel(level.numbers.length));
	// A level above the lowest was filled by two promotions, each of sorted numbers.
	const sorted = height === 0 ? level.numbers.sort() : mergeHalves(level.numbers);
	for (let i = level.odd ? 1 : 0; i < level.count; i += 2) above.numbers[above.count++] = sorted[i];
	level.odd = !level.odd;
	level.count = 0;
	if (above.count === above.numbers.length) promote(levels, height + 1);
}

function mergeHalves(numbers: Float64Array): Float64Array {
	const [merged, half] = [new Float64Array(numbers.length), numbers.length / 2];
	let [i, j] = [0, half];
	for (let k = 0; k < merged.length; k++) {
		merged[k] = i < half && (j === numbers.length || numbers[i] <= numbers[j]) ? numbers[i++] : numbers[j++];
	}
	return merged;
}

/** Reads the buffers as one sorted list in which a number of level h stands 2ʰ times. */
function quantileOf(levels: readonly Level[], p: number): number {
	const weighted = levels.flatMap(({ numbers, count }, height) =>
		Array.from(numbers.subarray(0, count), (x) => ({ x, weight: 2 ** height })),
	);
	weighted.sort((a, b) => a.x - b.x);
	const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
	return interpolate(total, p, (rank) => {
		let passed = 0;
		for (const { x, weight } of weighted) {
			passed += weight;
			if (rank < passed) return x;
		}
		return weighted[weighted.length - 1].x;
	});
}
