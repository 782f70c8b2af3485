/** Walking over columns: sixteen at a time, a cache line, as four vectors in flight, and four by four where fewer are left. */
import { i32 } from "../assembler.ts";
import { type I32, smaller, type Writer } from "./writer.ts";

/** Columns of a whole tile. */
const WHOLE = 16;

/** Four neighbouring columns, or four such groups. */
export interface Tile {
	/** The first column. */
	readonly column: I32;
	/** Vectors of four columns. */
	readonly groupCount: number;
	/** Columns, 4 · groupCount or, in the last group, fewer. */
	readonly columnCount: I32;
}

/** Columns of a run: what is kept of each of them stays in the nearest cache. */
export const RUN = 512;

/** Runs of an array's columns. */
export function runCount(columns: number, run = RUN): number {
	return Math.ceil(columns / run);
}

/**
 * Writes code for units `outer · runs + run` of arrays `[outer, …, columns]`. A run is walked row by row, so that memory is read in
 * order, with what is kept of each column in memory.
 */
export function walkRuns(
	w: Writer,
	range: { start: I32; end: I32; columns: I32; run?: I32 },
	run: (at: { outer: I32; column: I32; columnCount: I32 }) => void,
): void {
	const { run: length = i32.const(RUN) } = range;
	const runs = w.let(i32.divU(i32.sub(i32.add(range.columns, length), i32.const(1)), length));
	w.loop({ from: range.start, to: range.end }, (unit) => {
		const outer = w.let(i32.divU(unit, runs));
		const column = w.let(i32.mul(i32.remU(unit, runs), length));
		run({ outer, column, columnCount: w.let(smaller(i32.sub(range.columns, column), length)) });
	});
}

/** Writes code for columns `from … to − 1`. */
export function walkTiles(w: Writer, range: { from: I32; to: I32 }, tile: (at: Tile) => void): void {
	const at = w.variable(range.from);
	w.advance(at, { to: i32.sub(range.to, i32.const(WHOLE - 1)), step: WHOLE }, (column) =>
		tile({ column, groupCount: WHOLE / 4, columnCount: i32.const(WHOLE) }),
	);
	w.advance(at, { to: range.to, step: 4 }, (column) => tile({ column, groupCount: 1, columnCount: w.let(i32.sub(range.to, column)) }));
}
