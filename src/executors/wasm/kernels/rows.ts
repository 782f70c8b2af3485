/** Walking along rows of 32-bit elements four at a time: short rows of a known length as straight code, others in a loop. */
import { f32x4, f64x2, i32, i32x4, shuffle32, v128 } from "../assembler.ts";
import { upperHalf } from "./fold.ts";
import { type I32, laneMask, type V128, type Writer } from "./writer.ts";

/** Rows up to this length are worth code of their own. */
export const LONGEST_STRAIGHT_ROW = 32;

/** A row's length: a number where the code is made for it. */
export type RowLength = number | I32;

/** Four elements of a row, or the one to three at its end. */
export interface Piece {
	/** The elements of the row that starts at `base`; behind the row's end stands garbage. */
	load(base: I32): V128;
	/** Writes them; behind the row's end nothing is touched. */
	store(base: I32, value: V128): void;
	/** The same lanes with `neutral` behind the row's end. */
	filled(value: V128, neutral: V128): V128;
}

/**
 * Visits the pieces of a row in order. With `unroll`, a turn of the loop visits that many pieces; `turn` says which of them it is,
 * so that sums need not wait for one another.
 */
export function walkRow(w: Writer, length: RowLength, visit: (piece: Piece, turn: number) => void, unroll = 1): void {
	if (typeof length === "number") {
		for (let at = 0; at < length; at += 4) visit(pieceAt(w, i32.const(0), 4 * at, length - at < 4 ? length - at : null), (at / 4) % unroll);
		return;
	}
	const at = w.variable(i32.const(0));
	const bytes = w.let(i32.shl(length, i32.const(2)));
	for (const pieces of unroll > 1 ? [unroll, 1] : [1]) {
		w.advance(at, { to: i32.and(bytes, i32.const(-16 * pieces)), step: 16 * pieces }, (offset) => {
			for (let turn = 0; turn < pieces; turn++) visit(pieceAt(w, offset, 16 * turn, null), turn);
		});
	}
	w.when(i32.ltS(at.get, bytes), () => visit(pieceAt(w, at.get, 0, w.let(i32.shrU(i32.sub(bytes, at.get), i32.const(2)))), 0));
}

/**
 * Writes a loop over rows: two at once where a row is straight code, so that one's arithmetic runs while the other's waits for
 * its sums.
 */
export function walkRowPairs(w: Writer, range: { start: I32; end: I32; length: RowLength }, visit: (rows: readonly I32[]) => void): void {
	const row = w.variable(range.start);
	if (typeof range.length === "number") {
		w.advance(row, { to: i32.sub(range.end, i32.const(1)), step: 2 }, (first) => visit([first, w.let(i32.add(first, i32.const(1)))]));
	}
	w.advance(row, { to: range.end }, (last) => visit([last]));
}

function pieceAt(w: Writer, offset: I32, more: number, count: RowLength | null): Piece {
	const address = (base: I32): I32 => (isZero(offset) ? base : i32.add(base, offset));
	if (count === null) {
		return {
			load: (base) => w.let(v128.load(address(base), more)),
			store: (base, value) => w.do(v128.store(address(base), value, more)),
			filled: (value) => value,
		};
	}
	const some = typeof count === "number" ? i32.const(count) : count;
	const lanes = [0, 1, 2, 3].map((lane) => (lane < Number(count) ? -1 : 0)) as [number, number, number, number];
	const mask = typeof count === "number" ? w.emitter.lift(i32x4.constLanes(lanes)) : w.let(laneMask(some));
	return {
		load: (base) => w.let(v128.load(address(base), more)),
		store: (base, value) => {
			const vector = w.let(value);
			if (typeof count === "number") storeLanes(w, address(base), { vector, count, offset: more });
			else w.storeSome(w.let(address(base)), vector, some);
		},
		filled: (value, neutral) => w.let(v128.bitselect(value, neutral, mask)),
	};
}

const isZero = (offset: I32): boolean => offset.code[0] === 0x41;

function storeLanes(w: Writer, address: I32, what: { vector: V128; count: number; offset: number }): void {
	const { vector, count, offset } = what;
	if (count >= 2) w.do(v128.store64Lane(address, vector, 0, offset));
	if (count !== 2) w.do(v128.store32Lane(address, vector, count - 1, offset + 4 * (count - 1)));
}

/** Joins the four lanes; every lane has the result. */
export function acrossLanes(w: Writer, vector: V128, join: (a: V128, b: V128) => V128): V128 {
	const pairs = w.let(join(vector, shuffle32(vector, vector, [2, 3, 0, 1])));
	return w.let(join(pairs, shuffle32(pairs, pairs, [1, 0, 3, 2])));
}

/** A running sum of vectors: double precision where the number of terms is not known to be small. */
export interface RowSum {
	add(vector: V128): void;
	/** The sum of all lanes, in every lane. */
	total(): V128;
}

/** Starts a sum along a row. */
export function makeRowSum(w: Writer, length: RowLength): RowSum {
	if (typeof length === "number") {
		const sum = w.variable(f32x4.const(0));
		return {
			add: (vector) => w.do(sum.set(f32x4.add(sum.get, vector))),
			total: () => acrossLanes(w, sum.get, f32x4.add),
		};
	}
	const low = w.variable(f64x2.const(0));
	const high = w.variable(f64x2.const(0));
	return {
		add: (vector) => {
			const value = w.let(vector);
			w.do(low.set(f64x2.add(low.get, f64x2.promoteLowF32x4(value))));
			w.do(high.set(f64x2.add(high.get, f64x2.promoteLowF32x4(upperHalf(value)))));
		},
		total: () => {
			const pair = w.let(f64x2.add(low.get, high.get));
			const single = w.let(f32x4.demoteF64x2Zero(f64x2.add(pair, shuffle32(pair, pair, [2, 3, 0, 1]))));
			return w.let(shuffle32(single, single, [0, 0, 0, 0]));
		},
	};
}

/** The largest element of a row in every lane; NaN are passed over, and −∞ stands for a row of nothing else. */
export function rowMaximum(w: Writer, row: I32, length: RowLength): V128 {
	const lowest = w.emitter.real(Number.NEGATIVE_INFINITY);
	const largest = w.variable(lowest);
	walkRow(w, length, (piece) => w.do(largest.set(f32x4.pmax(largest.get, piece.filled(piece.load(row), lowest)))));
	return acrossLanes(w, largest.get, f32x4.pmax);
}
