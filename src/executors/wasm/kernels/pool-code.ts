/** Code that walks over the windows of poolings: one by one, or four neighbours at once where they are alike. */
import { i32, i32x4, shuffle32, v128 } from "../assembler.ts";
import { type I32, type V128, type Writer, wordAt } from "./writer.ts";

/** The tables of windows and the steps, in code. */
export interface WindowTables {
	/** Where the tables begin. */
	readonly address: I32;
	readonly rows: I32;
	readonly columns: I32;
	readonly rowStep: I32;
	readonly columnStep: I32;
	/** Range of windows in each row that may be taken four at once. */
	readonly from: I32;
	readonly to: I32;
}

/** A window, or the first of four neighbours. */
export interface Window {
	/** Its number in the plane of results. */
	readonly cell: I32;
	/** Address of its divisor. */
	readonly divisor: I32;
	/** The number in the image of its first element. */
	readonly first: I32;
	/** Writes a loop over its elements, as numbers in the image. */
	each(visit: (element: I32) => void): void;
}

/** Visits all windows of an image in row-major order; `four` only if windows are spaced. */
export function walkWindows(
	w: Writer,
	at: { tables: WindowTables; width: I32; spacing: number },
	visitors: { one(window: Window): void; four(window: Window): void },
): void {
	const { tables, width } = at;
	const { address, rows, columns, rowStep, columnStep, from, to } = tables;
	const rowEnds = w.let(wordAt(address, rows));
	const columnStarts = w.let(wordAt(rowEnds, rows));
	const columnEnds = w.let(wordAt(columnStarts, columns));
	const divisors = w.let(wordAt(columnEnds, columns));
	w.loop({ from: i32.const(0), to: rows }, (i) => {
		const rowFrom = w.let(i32.load(wordAt(address, i)));
		const rowTo = w.let(i32.load(wordAt(rowEnds, i)));
		const j = w.variable(i32.const(0));
		const windowAt = (): Window => {
			const columnFrom = w.let(i32.load(wordAt(columnStarts, j.get)));
			const columnTo = w.let(i32.load(wordAt(columnEnds, j.get)));
			const cell = w.let(i32.add(i32.mul(i, columns), j.get));
			const each: Window["each"] = (visit) =>
				w.loop({ from: rowFrom, to: rowTo, step: rowStep }, (row) => {
					const rowFirst = w.let(i32.mul(row, width));
					w.loop({ from: i32.add(rowFirst, columnFrom), to: i32.add(rowFirst, columnTo), step: columnStep }, visit);
				});
			return { cell, divisor: w.let(wordAt(divisors, cell)), first: i32.add(i32.mul(rowFrom, width), columnFrom), each };
		};
		const one = (): void => {
			visitors.one(windowAt());
			w.do(j.set(i32.add(j.get, i32.const(1))));
		};
		const four = (): void => {
			visitors.four(windowAt());
			w.do(j.set(i32.add(j.get, i32.const(4))));
		};
		w.when(i32.ltS(j.get, columns), () =>
			w.repeat(() => {
				const alike = i32.and(i32.geS(j.get, from), i32.leS(j.get, i32.sub(to, i32.const(4))));
				if (at.spacing === 0) one();
				else w.when(alike, four, one);
				return i32.ltS(j.get, columns);
			}),
		);
	});
}

/** The elements of four neighbouring windows, the first of which lies at `address`. */
export function loadSpaced(w: Writer, address: I32, spacing: number): V128 {
	if (spacing === 1) return w.let(v128.load(address));
	const at = w.let(address);
	return w.let(shuffle32(v128.load(at), v128.load(at, 16), [0, 2, 4, 6]));
}

/** Their numbers in the image. */
export function spacedNumbers(first: I32, spacing: number): V128 {
	return i32x4.add(i32x4.splat(first), i32x4.constLanes([0, spacing, 2 * spacing, 3 * spacing]));
}

/** Adds four values to the elements of four neighbouring windows, and touches nothing behind the last. */
export function addSpaced(w: Writer, address: I32, values: V128, options: { spacing: number; add: (a: V128, b: V128) => V128 }): void {
	const { spacing, add } = options;
	const at = w.let(address);
	if (spacing === 1) {
		w.do(v128.store(at, add(v128.load(at), values)));
		return;
	}
	const zero = i32x4.const(0);
	w.do(v128.store(at, add(v128.load(at), shuffle32(values, zero, [0, 4, 1, 5]))));
	const upper = w.let(add(v128.load(at, 16), shuffle32(values, zero, [2, 4, 3, 5])));
	w.do(v128.store64Lane(at, upper, 0, 16), v128.store32Lane(at, upper, 2, 24));
}
