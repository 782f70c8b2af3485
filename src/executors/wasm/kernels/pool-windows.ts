/** Windows of a pooling as kernels see them: the frequent shapes by name, all others as tables in the heap. */
import type { Operand, PoolWindows } from "../../../kernels/contracts.ts";
import { i32 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { type I32, type Writer, wordAt } from "./writer.ts";

/** `pairs`: 2×2 cells side by side. `whole`: one window, the image. `any`: whatever the tables say. */
export type WindowShape = "pairs" | "whole" | "any";

/** The shape of windows over images of a size; remembers what it has seen. */
export function makeWindowShapes(): (windows: PoolWindows, height: number, width: number) => WindowShape {
	const known = new WeakMap<PoolWindows, { height: number; width: number; shape: WindowShape }>();
	return (windows, height, width) => {
		const before = known.get(windows);
		if (before !== undefined && before.height === height && before.width === width) return before.shape;
		const shape = shapeOf(windows, height, width);
		known.set(windows, { height, width, shape });
		return shape;
	};
}

function shapeOf(windows: PoolWindows, height: number, width: number): WindowShape {
	const { rowStart, rowEnd, rowStep, columnStart, columnEnd, columnStep, divisors } = windows;
	if (rowStep !== 1 || columnStep !== 1 || divisors.some((divisor) => divisor !== divisors[0])) return "any";
	const arePairs = (start: Int32Array, end: Int32Array): boolean =>
		start.every((from, i) => from === 2 * i) && end.every((to, i) => to === 2 * i + 2);
	if (arePairs(rowStart, rowEnd) && arePairs(columnStart, columnEnd)) return "pairs";
	const isAll = (start: Int32Array, end: Int32Array, length: number): boolean => start.length === 1 && start[0] === 0 && end[0] === length;
	return isAll(rowStart, rowEnd, height) && isAll(columnStart, columnEnd, width) ? "whole" : "any";
}

/** Planes and their size, from an operand `[…, height, width]`. */
export function planesOf(x: Operand): { planes: number; height: number; width: number } {
	const height = x.shape[x.shape.length - 2];
	const width = x.shape[x.shape.length - 1];
	return { planes: height * width === 0 ? 0 : x.size / (height * width), height, width };
}

/** Copies the tables to the heap and returns their address, to be released: starts and ends of rows, of columns, divisors. */
export function writeTables(host: Host, windows: PoolWindows): number {
	const { rowStart, rowEnd, columnStart, columnEnd, divisors } = windows;
	const rows = rowStart.length;
	const columns = columnStart.length;
	const address = host.heap.allocate(4 * (2 * rows + 2 * columns + divisors.length));
	const { i32: words, f32: reals } = host.heap;
	const at = address >> 2;
	words.set(rowStart, at);
	words.set(rowEnd, at + rows);
	words.set(columnStart, at + 2 * rows);
	words.set(columnEnd, at + 2 * rows + columns);
	reals.set(divisors, at + 2 * rows + 2 * columns);
	return address;
}

/** The tables' addresses and the steps, in code. */
export interface WindowTables {
	readonly rows: I32;
	readonly columns: I32;
	readonly rowStep: I32;
	readonly columnStep: I32;
	readonly address: I32;
}

/**
 * Visits all windows of an image in row-major order: `window` gets the cell's number, its divisor's address and a function that
 * writes a loop over the window's elements, given as their numbers in the image.
 */
export function walkWindows(
	w: Writer,
	tables: WindowTables,
	width: I32,
	window: (cell: I32, divisor: I32, each: (visit: (element: I32) => void) => void) => void,
): void {
	const { rows, columns, rowStep, columnStep } = tables;
	const rowEnds = w.let(wordAt(tables.address, rows));
	const columnStarts = w.let(wordAt(rowEnds, rows));
	const columnEnds = w.let(wordAt(columnStarts, columns));
	const divisors = w.let(wordAt(columnEnds, columns));
	w.loop({ from: i32.const(0), to: rows }, (i) => {
		const rowFrom = w.let(i32.load(wordAt(tables.address, i)));
		const rowTo = w.let(i32.load(wordAt(rowEnds, i)));
		w.loop({ from: i32.const(0), to: columns }, (j) => {
			const columnFrom = w.let(i32.load(wordAt(columnStarts, j)));
			const columnTo = w.let(i32.load(wordAt(columnEnds, j)));
			const cell = w.let(i32.add(i32.mul(i, columns), j));
			window(cell, wordAt(divisors, cell), (visit) => {
				w.loop({ from: rowFrom, to: rowTo, step: rowStep }, (row) => {
					const first = w.let(i32.mul(row, width));
					w.loop({ from: i32.add(first, columnFrom), to: i32.add(first, columnTo), step: columnStep }, visit);
				});
			});
		});
	});
}
