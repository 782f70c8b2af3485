/** Splits the rows of a table into training, validation and test part. */
import { ArgumentError } from "../../core/errors.ts";
import { show } from "../../core/options.ts";
import { RandomStream } from "../../core/random/index.ts";
import { DataError } from "../errors.ts";
import { apportion, apportionStrata } from "./apportion.ts";
import { checkClasses, type Stratum, strataOf } from "./strata.ts";

/**
 * What decides over a row's part.
 *
 * - `"random"`: chance alone
 * - `stratify`: chance, with the same share of each class in each part, to within one row; a class index a row, as `classCodes` gives,
 *   and the classes' names for messages
 * - `group`: chance, with all rows of one group (patient, customer) in one part; an integer a row. Sizes are as near as groups allow.
 * - `time`: the earliest rows are for training, the latest for test. Rows of one time stay together, so sizes are as near as times allow.
 */
export type SplitBy =
	| "random"
	| { readonly stratify: ArrayLike<number>; readonly classes?: readonly string[] }
	| { readonly group: ArrayLike<number> }
	| { readonly time: ArrayLike<number> };

/** How to split. */
export interface SplitOptions {
	readonly rowCount: number;
	/** Fraction of the rows, 0 ≤ fraction < 1. Default 0.2. */
	readonly validation?: number;
	/** Fraction of the rows, 0 ≤ fraction < 1. Default 0. */
	readonly test?: number;
	/** Default "random". */
	readonly by?: SplitBy;
	/** Used up to where the split needs it. A split by time draws nothing. */
	readonly rng: RandomStream;
}

/** Row numbers of each part, ascending. Each row is in one part. */
export interface Split {
	readonly train: Int32Array;
	readonly validation: Int32Array;
	readonly test: Int32Array;
}

const WHERE = "splitRows";

/**
 * Splits rows 0 … rowCount − 1. The same options and the same place of the random stream give the same split.
 *
 * @throws ArgumentError if the fractions leave nothing for training
 * @throws DataError if a part that was asked for would be empty, a class has only one row, or a time is missing
 * @example
 * const { train, validation } = splitRows({ rowCount, by: { stratify: labels }, rng: new RandomStream(42).split("split") });
 */
export function splitRows({ rowCount, validation = 0.2, test = 0, by = "random", rng }: SplitOptions): Split {
	checkFractions(rowCount, validation, test);
	checkBy(by);
	checkStream(rng, by);
	const shares = [1 - validation - test, validation, test];
	const parts = partsOf(by, rowCount, shares, rng);
	for (const [part, name] of ["train", "validation", "test"].entries()) {
		if (parts[part].length > 0 || shares[part] === 0) continue;
		throw new DataError(
			`${WHERE}: expected rows for the ${name} part, received none: ${rowCount} ${rowCount === 1 ? "row" : "rows"} with validation ${validation} and test ${test}.\n` +
				`  Try: more rows, ${part === 0 ? "smaller fractions" : "a larger fraction"}, or kFold.`,
		);
	}
	const [train, held, tested] = parts.map((rows) => rows.sort());
	return { train, validation: held, test: tested };
}

function checkBy(by: unknown): void {
	if (by === "random" || (typeof by === "object" && by !== null)) return;
	throw new ArgumentError(
		`${WHERE}: expected by to be "random", { stratify }, { group } or { time }, received ${show(by)}.\n` +
			'  Try: classCodes(table, target) ?? "random", where the target may be numbers, which have no classes.',
	);
}

function checkStream(rng: unknown, by: SplitBy): void {
	const drawsNothing = typeof by === "object" && "time" in by;
	if (drawsNothing || rng instanceof RandomStream) return;
	throw new ArgumentError(`${WHERE}: expected rng to be a RandomStream, received ${show(rng)}.\n  Try: new RandomStream(42).`);
}

function checkFractions(rowCount: number, validation: number, test: number): void {
	if (!(Number.isSafeInteger(rowCount) && rowCount >= 0 && rowCount < 2 ** 31)) {
		throw new ArgumentError(`${WHERE}: expected rowCount to be an integer from 0 to 2³¹ − 1, received ${rowCount}.`);
	}
	for (const [name, fraction] of Object.entries({ validation, test })) {
		if (fraction >= 0 && fraction < 1) continue;
		throw new ArgumentError(`${WHERE}: expected ${name} to be a fraction from 0 to less than 1, received ${fraction}.`);
	}
	if (validation + test < 1) return;
	throw new ArgumentError(
		`${WHERE}: expected validation + test to be less than 1, received ${validation + test}; the rest is for training.`,
	);
}

function partsOf(by: SplitBy, rowCount: number, shares: readonly number[], rng: RandomStream): Int32Array[] {
	if (by === "random") return cut(rng.permutation(rowCount), apportion(rowCount, shares));
	if ("stratify" in by) return splitClasses(by, rowCount, shares, rng);
	if ("group" in by) return splitGroups(strataOf(by.group, rowCount, WHERE), rowCount, shares, rng);
	return splitTimes(by.time, rowCount, shares);
}

function cut(rows: Int32Array, sizes: readonly number[]): Int32Array[] {
	let start = 0;
	return sizes.map((size) => rows.slice(start, (start += size)));
}

type ByClass = Extract<SplitBy, { stratify: ArrayLike<number> }>;

function splitClasses({ stratify, classes }: ByClass, rowCount: number, shares: readonly number[], rng: RandomStream): Int32Array[] {
	const strata = strataOf(stratify, rowCount, WHERE);
	checkClasses(strata, WHERE, classes);
	const counts = apportionStrata(
		strata.map(({ rows }) => rows.length),
		shares,
	);
	const pieces = strata.map(({ rows }, s) => cut(rng.shuffle(rows.slice()), counts[s]));
	return shares.map((_, part) => joined(pieces.map((piece) => piece[part])));
}

/** Each group in turn, in random order, goes to the part that lacks most rows. */
function splitGroups(groups: Stratum[], rowCount: number, shares: readonly number[], rng: RandomStream): Int32Array[] {
	const missing = apportion(rowCount, shares);
	const members: Int32Array[][] = shares.map(() => []);
	for (const [i, { rows }] of rng.shuffle(groups).entries()) {
		const empty = shares.flatMap((share, part) => (share > 0 && members[part].length === 0 ? [part] : []));
		const choice = groups.length - i <= empty.length ? empty : [...shares.keys()].filter((part) => shares[part] > 0);
		const part = choice.reduce((best, next) => (missing[next] > missing[best] ? next : best));
		members[part].push(rows);
		missing[part] -= rows.length;
	}
	return members.map(joined);
}

function splitTimes(times: ArrayLike<number>, rowCount: number, shares: readonly number[]): Int32Array[] {
	if (times.length !== rowCount) throw new DataError(`${WHERE}: expected a time for each of ${rowCount} rows, received ${times.length}.`);
	for (let row = 0; row < rowCount; row++) {
		if (Number.isNaN(times[row])) {
			throw new DataError(`${WHERE}: expected a time in each row, received none in row ${row}.\n  Try: leave out rows without time.`);
		}
	}
	const order = Int32Array.from({ length: rowCount }, (_, row) => row).sort((a, b) => times[a] - times[b] || a - b);
	const [train, validation] = apportion(rowCount, shares);
	const first = nearestChange(order, times, train);
	const second = Math.max(first, nearestChange(order, times, train + validation));
	return [order.slice(0, first), order.slice(first, second), order.slice(second)];
}

/** The place nearest to `place` at which the time differs from the one before; either end counts. */
function nearestChange(order: Int32Array, times: ArrayLike<number>, place: number): number {
	const changes = (at: number): boolean => at <= 0 || at >= order.length || times[order[at]] !== times[order[at - 1]];
	for (let step = 0; ; step++) {
		if (changes(place - step)) return Math.max(0, place - step);
		if (changes(place + step)) return Math.min(order.length, place + step);
	}
}

function joined(pieces: readonly Int32Array[]): Int32Array {
	const rows = new Int32Array(pieces.reduce((count, piece) => count + piece.length, 0));
	let at = 0;
	for (const piece of pieces) {
		rows.set(piece, at);
		at += piece.length;
	}
	return rows;
}
