/** The columns of the made table: each draws a cell, writes it, and says how far it pulls a row towards each class. */
import type { RandomStream } from "../../src/core/random/index.ts";
import type { TextBuffer } from "./text-buffer.ts";

/** A whole number in [0, 2³¹): small enough for an engine's fast integers. */
export type Draw = () => number;

/** How many different numbers a draw has. */
export const DRAWS = 2 ** 31;

/** Draws cells of one column. */
export interface MadeColumn {
	/** Writes a cell and adds its pull towards each class to `scores`; a missing cell pulls nowhere. */
	write(draw: Draw, into: TextBuffer, scores: Float64Array): void;
}

/** Makes a column; `weights` gives normal numbers of the strength that a column is to have. */
type ColumnKind = (weights: (count: number) => Float64Array, classCount: number) => MadeColumn;

const SQRT_12 = Math.sqrt(12);

/** Numbers of even spread from 0 to 1000 with four decimals, some of them missing. */
function decimals(missingShare: number): ColumnKind {
	return (weights, classCount) => {
		const pulls = weights(classCount);
		return {
			write: (draw, into, scores) => {
				if (missingShare > 0 && draw() < missingShare * DRAWS) return;
				const units = draw() % 10_000_000;
				into.number(Math.floor(units / 10_000));
				into.byte(POINT);
				into.digits(units % 10_000, 4);
				pull(scores, pulls, SQRT_12 * (units / 10_000_000 - 0.5));
			},
		};
	};
}

const POINT = 46;

const wholeNumbers: ColumnKind = (weights, classCount) => {
	const pulls = weights(classCount);
	return {
		write: (draw, into, scores) => {
			const value = draw() % 100_000;
			into.number(value);
			pull(scores, pulls, SQRT_12 * (value / 100_000 - 0.5));
		},
	};
};

function names(count: number): ColumnKind {
	return (weights, classCount) => {
		const texts = Array.from({ length: count }, (_, i) => new TextEncoder().encode(`kind-${String(i).padStart(2, "0")}`));
		const pulls = texts.map(() => weights(classCount));
		return {
			write: (draw, into, scores) => {
				const code = draw() % count;
				into.text(texts[code]);
				pull(scores, pulls[code], 1);
			},
		};
	};
}

const DAY_MS = 86_400_000;
const DAYS = 3653;

/** Days of 2015 to 2024. */
const dates: ColumnKind = (weights, classCount) => {
	const first = Date.UTC(2015, 0, 1);
	const texts = Array.from({ length: DAYS }, (_, i) => new TextEncoder().encode(new Date(first + i * DAY_MS).toISOString().slice(0, 10)));
	const pulls = weights(classCount);
	return {
		write: (draw, into, scores) => {
			const day = draw() % DAYS;
			into.text(texts[day]);
			pull(scores, pulls, SQRT_12 * (day / DAYS - 0.5));
		},
	};
};

function pull(scores: Float64Array, pulls: Float64Array, strength: number): void {
	for (let k = 0; k < scores.length; k++) scores[k] += strength * pulls[k];
}

/** What a table of business records looks like: mostly numbers, some incomplete, with names and a date between. */
const pattern: readonly ColumnKind[] = [
	decimals(0),
	decimals(0),
	wholeNumbers,
	names(8),
	decimals(0),
	decimals(0.1),
	names(40),
	decimals(0),
	dates,
	decimals(0),
];

/** Spread of the classes' scores: best answers are then right in about 80 % of the rows. */
const SPREAD = 3;

/** So many columns, the pattern over and over; together they pull with the same strength whatever their number. */
export function madeColumns(count: number, classCount: number, rng: RandomStream): MadeColumn[] {
	const strength = SPREAD / Math.sqrt(count);
	const weights = (length: number): Float64Array => Float64Array.from({ length }, () => strength * rng.normal());
	return Array.from({ length: count }, (_, i) => pattern[i % pattern.length](weights, classCount));
}
