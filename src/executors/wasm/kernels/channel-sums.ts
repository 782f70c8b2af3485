/** Sums by channel in double precision: single precision for at most a few hundred terms, then into totals. */
import { f32x4, f64x2, i32, type Local, shuffle32, v128 } from "../assembler.ts";
import { upperHalf } from "./fold.ts";
import { type Piece, walkRow } from "./rows.ts";
import { RUN, walkTiles } from "./strips.ts";
import { type I32, smaller, type V128, type Writer, wordAt } from "./writer.ts";

/** Elements of a row that are summed in single precision. */
const SEGMENT = 1024;
/** Rows whose columns are summed in single precision. */
const ROW_BLOCK = 16;

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

/** Bytes of the totals of one term over four columns: float64 lanes 0 and 1, then 2 and 3. */
export const TOTAL_BYTES = 32;

/** Elements beyond which an array is read from far memory. */
const FAR_ELEMENTS = 2 ** 21;

/**
 * Channels of a unit where channels are columns: many where memory is far, so that it is read in long pieces; few where it is near, so
 * that there are units for several threads. Sums do not depend on it.
 */
export function channelRun(outer: number, channels: number): number {
	return outer * channels > FAR_ELEMENTS ? RUN : RUN / 4;
}

/** Sets the totals of `termCount` terms of a run of columns to 0. */
export function clearTotals(w: Writer, totals: I32, columnCount: I32, termCount: number): void {
	const groups = i32.shrU(i32.add(columnCount, i32.const(3)), i32.const(2));
	w.clear(totals, w.let(i32.mul(groups, i32.const((termCount * TOTAL_BYTES) / 4))));
}

/** Where the totals of the four columns from `column` on begin. */
export function totalsAt(w: Writer, totals: I32, column: I32, termCount: number): I32 {
	return w.let(i32.add(totals, i32.mul(column, i32.const((termCount * TOTAL_BYTES) / 4))));
}

/** Columns of arrays, and where sums down them are kept: for each four columns the totals of each term. */
export interface ColumnSums {
	/** Addresses of the first elements in each array. */
	readonly arrays: readonly I32[];
	readonly rows: I32;
	readonly rowBytes: I32;
	readonly columnCount: I32;
	readonly totals: I32;
	readonly termCount: number;
}

/** What is summed: from elements of each array, and from vectors that `prepare` reads for each four columns. */
export interface ColumnTerms {
	prepare(column: I32, group: number): V128;
	terms(elements: readonly V128[], prepared: V128): readonly V128[];
}

/** Adds sums down columns to totals; memory is read in order, some rows at a time. */
export function addColumnSums(w: Writer, at: ColumnSums, what: ColumnTerms): void {
	const { arrays, rows, rowBytes, termCount } = at;
	w.loop({ from: i32.const(0), to: rows, step: ROW_BLOCK }, (row) => {
		const end = w.let(smaller(i32.sub(rows, row), i32.const(ROW_BLOCK)));
		const above = w.let(i32.mul(row, rowBytes));
		walkTiles(w, { from: i32.const(0), to: at.columnCount }, ({ column, groupCount }) => {
			const pointers = arrays.map((array) => w.variable(i32.add(wordAt(array, column), above)));
			const groups = Array.from({ length: groupCount }, (_, group) => ({
				prepared: w.let(what.prepare(column, group)),
				sums: Array.from({ length: termCount }, () => w.variable(f32x4.const(0))),
			}));
			w.loop({ from: i32.const(0), to: end }, () => {
				for (const [group, { prepared, sums }] of groups.entries()) {
					const elements = pointers.map((pointer) => w.let(v128.load(pointer.get, 16 * group)));
					for (const [i, value] of what.terms(elements, prepared).entries()) w.do(sums[i].set(f32x4.add(sums[i].get, value)));
				}
				for (const pointer of pointers) w.do(pointer.set(i32.add(pointer.get, rowBytes)));
			});
			const address = totalsAt(w, at.totals, column, termCount);
			for (const [i, sum] of groups.flatMap(({ sums }) => sums).entries()) {
				for (const [half, single] of [sum.get, upperHalf(sum.get)].entries()) {
					const offset = TOTAL_BYTES * i + 16 * half;
					w.do(v128.store(address, f64x2.add(v128.load(address, offset), f64x2.promoteLowF32x4(single)), offset));
				}
			}
		});
	});
}
