/** Windows of a pooling as kernels see them: the frequent shapes by name, all others as tables in the heap. */
import type { Operand, PoolWindows } from "../../../kernels/contracts.ts";
import type { Host } from "../host.ts";

/**
 * `pairs`: 2×2 cells side by side. `whole`: one window, the image. `any`: whatever the tables say; there, windows `from … to − 1` of
 * each row have the same width and lie `spacing` columns (1 or 2) apart, so that four are taken at once; 0 if there are none such.
 */
export interface WindowShape {
	readonly kind: "pairs" | "whole" | "any";
	readonly spacing: 0 | 1 | 2;
	readonly from: number;
	readonly to: number;
}

/** The shape of windows over images of a size; remembers what it has seen. */
export function makeWindowShapes(): (windows: PoolWindows, height: number, width: number) => WindowShape {
	const known = new WeakMap<PoolWindows, { height: number; width: number; shape: WindowShape }>();
	return (windows, height, width) => {
		const before = known.get(windows);
		if (before !== undefined && before.height === height && before.width === width) return before.shape;
		const shape = { kind: kindOf(windows, height, width), ...spacingOf(windows) };
		known.set(windows, { height, width, shape });
		return shape;
	};
}

function kindOf(windows: PoolWindows, height: number, width: number): WindowShape["kind"] {
	const { rowStart, rowEnd, rowStep, columnStart, columnEnd, columnStep, divisors } = windows;
	if (rowStep !== 1 || columnStep !== 1 || divisors.some((divisor) => divisor !== divisors[0])) return "any";
	const arePairs = (start: Int32Array, end: Int32Array): boolean =>
		start.every((from, i) => from === 2 * i) && end.every((to, i) => to === 2 * i + 2);
	if (arePairs(rowStart, rowEnd) && arePairs(columnStart, columnEnd)) return "pairs";
	const isAll = (start: Int32Array, end: Int32Array, length: number): boolean => start.length === 1 && start[0] === 0 && end[0] === length;
	return isAll(rowStart, rowEnd, height) && isAll(columnStart, columnEnd, width) ? "whole" : "any";
}

/** The windows like the one in the middle, around it. */
function spacingOf({ rowStart, rowEnd, columnStart, columnEnd }: PoolWindows): { spacing: 0 | 1 | 2; from: number; to: number } {
	const none = { spacing: 0, from: 0, to: 0 } as const;
	const count = columnStart.length;
	const middle = Math.floor(count / 2);
	if (count < 4 || rowStart.some((start, i) => start >= rowEnd[i])) return none;
	const spacing = columnStart[middle] - columnStart[middle - 1];
	const width = columnEnd[middle] - columnStart[middle];
	const alike = (j: number): boolean =>
		columnStart[j] - columnStart[middle] === (j - middle) * spacing && columnEnd[j] - columnStart[j] === width;
	if ((spacing !== 1 && spacing !== 2) || width <= 0) return none;
	let from = middle;
	let to = middle + 1;
	while (from > 0 && alike(from - 1)) from--;
	while (to < count && alike(to)) to++;
	return to - from < 4 ? none : { spacing, from, to };
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
	const at = address / 4;
	words.set(rowStart, at);
	words.set(rowEnd, at + rows);
	words.set(columnStart, at + 2 * rows);
	words.set(columnEnd, at + 2 * rows + columns);
	reals.set(divisors, at + 2 * rows + 2 * columns);
	return address;
}
