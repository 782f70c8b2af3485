/** Sums by channel in double precision: single precision for at most a few hundred terms, then into totals. */
import { f32x4, f64x2, i32, type Local, shuffle32 } from "../assembler.ts";
import { upperHalf } from "./fold.ts";
import { type Piece, walkRow } from "./rows.ts";
import { type I32, smaller, type V128, type Writer } from "./writer.ts";

/** Elements of a row that are summed in single precision. */
const SEGMENT = 1024;
/** Rows whose columns are summed in single precision. */
const ROW_BLOCK = 32;

/** Adds sums of terms along a row of `count` elements to totals of two float64 lanes, one for each term. */
export function sumAlongRow(
	w: Writer,
	at: { addresses: readonly I32[]; count: I32; totals: readonly Local<"v128">[] },
	terms: (elements: readonly V128[], piece: Piece) => readonly V128[],
): void {
	const pointers = at.addresses.map((address) => w.variable(address));
	const left = w.variable(at.count);
	w.repeat(() => {
		const length = w.let(smaller(left.get, i32.const(SEGMENT)));
		const sums = [0, 1].map(() => at.totals.map(() => w.variable(f32x4.const(0))));
		walkRow(
			w,
			length,
			(piece, turn) => {
				const values = terms(
					pointers.map((pointer) => piece.load(pointer.get)),
					piece,
				);
				values.forEach((value, i) => {
					const sum = sums[turn % 2][i];
					w.do(sum.set(f32x4.add(sum.get, piece.filled(value, f32x4.const(0)))));
				});
			},
			4,
		);
		at.totals.forEach((total, i) => {
			const sum = w.let(f32x4.add(sums[0][i].get, sums[1][i].get));
			const pair = f64x2.add(f64x2.promoteLowF32x4(sum), f64x2.promoteLowF32x4(upperHalf(sum)));
			w.do(total.set(f64x2.add(total.get, pair)));
		});
		for (const pointer of pointers) w.do(pointer.set(i32.add(pointer.get, i32.shl(length, i32.const(2)))));
		w.do(left.set(i32.sub(left.get, length)));
		return i32.gtS(left.get, i32.const(0));
	});
}

/** The two lanes of a total added, in both lanes. */
export function bothLanes(w: Writer, pair: V128): V128 {
	return w.let(f64x2.add(pair, shuffle32(pair, pair, [2, 3, 0, 1])));
}

/** Totals of four neighbouring columns: float64 lanes 0 and 1, 2 and 3. */
export interface ColumnTotal {
	readonly low: Local<"v128">;
	readonly high: Local<"v128">;
}

/** Starts totals at 0. */
export function columnTotal(w: Writer): ColumnTotal {
	return { low: w.variable(f64x2.const(0)), high: w.variable(f64x2.const(0)) };
}

/**
 * Adds sums down `rows` rows (at least one) to totals `[column group][term]`; the pointers stand at the first row, step `rowBytes`
 * from row to row and end behind the last.
 */
export function sumDownColumns(
	w: Writer,
	at: { pointers: readonly Local<"i32">[]; rows: I32; rowBytes: I32; totals: readonly (readonly ColumnTotal[])[] },
	terms: (group: number) => readonly V128[],
): void {
	const row = w.variable(i32.const(0));
	w.repeat(() => {
		const sums = at.totals.map((ofGroup) => ofGroup.map(() => w.variable(f32x4.const(0))));
		w.advance(row, { to: smaller(i32.add(row.get, i32.const(ROW_BLOCK)), at.rows) }, () => {
			sums.forEach((ofGroup, group) => {
				terms(group).forEach((value, i) => {
					w.do(ofGroup[i].set(f32x4.add(ofGroup[i].get, value)));
				});
			});
			for (const pointer of at.pointers) w.do(pointer.set(i32.add(pointer.get, at.rowBytes)));
		});
		sums.forEach((ofGroup, group) => {
			ofGroup.forEach((sum, i) => {
				const { low, high } = at.totals[group][i];
				w.do(low.set(f64x2.add(low.get, f64x2.promoteLowF32x4(sum.get))));
				w.do(high.set(f64x2.add(high.get, f64x2.promoteLowF32x4(upperHalf(sum.get)))));
			});
		});
		return i32.ltS(row.get, at.rows);
	});
}
