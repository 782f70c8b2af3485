/** Window tables of poolings. They depend on sizes alone and are made once for each geometry, so that steps do not rebuild them. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import type { PoolWindows } from "../../kernels/contracts.ts";

/** Regular windows along one axis. */
export interface AxisGeometry {
	readonly length: number;
	readonly kernel: number;
	readonly stride: number;
	readonly padding: number;
	readonly dilation: number;
}

/** What both axes of a regular pooling share. */
export interface PoolRules {
	readonly ceilMode: boolean;
	/** Whether an average divides by cells of the padding too. */
	readonly countIncludePad: boolean;
}

/** Windows along one axis and the part that each gives to the divisor. */
interface AxisWindows {
	readonly start: Int32Array;
	readonly end: Int32Array;
	readonly step: number;
	readonly counts: readonly number[];
}

const tables = new Map<string, PoolWindows>();
const MOST_TABLES = 256;

function remembered(key: string, make: () => PoolWindows): PoolWindows {
	let found = tables.get(key);
	if (found === undefined) {
		found = make();
		if (tables.size >= MOST_TABLES) tables.clear();
		tables.set(key, found);
	}
	return found;
}

/**
 * Windows of a pooling with kernel, stride, padding and dilation.
 *
 * @throws ShapeError if a kernel is larger than the padded input
 * @throws ArgumentError if the padding is more than half of the kernel
 */
export function regularWindows(where: string, rows: AxisGeometry, columns: AxisGeometry, rules: PoolRules): PoolWindows {
	const key = [...Object.values(rows), ...Object.values(columns), rules.ceilMode, rules.countIncludePad].join(" ");
	return remembered(key, () => combine(regularAxis(where, "height", rows, rules), regularAxis(where, "width", columns, rules)));
}

/**
 * Windows that divide the input into `size` parts as even as integers allow; neighbours may overlap by one.
 *
 * @throws ShapeError if the input has no rows or columns
 */
export function adaptiveWindows(where: string, input: readonly [number, number], size: readonly [number, number]): PoolWindows {
	if (input[0] === 0 || input[1] === 0)
		throw new ShapeError(`${where}: expected at least one row and one column, received ${input[0]} × ${input[1]}.`);
	return remembered(`adaptive ${input} ${size}`, () => combine(adaptiveAxis(input[0], size[0]), adaptiveAxis(input[1], size[1])));
}

function regularAxis(where: string, name: string, axis: AxisGeometry, rules: PoolRules): AxisWindows {
	const { length, kernel, stride, padding, dilation } = axis;
	const extent = dilation * (kernel - 1) + 1;
	if (padding > kernel / 2) {
		throw new ArgumentError(`${where}: expected a padding of at most half the kernel (${kernel}) along the ${name}, received ${padding}.`);
	}
	const room = length + 2 * padding - extent;
	if (room < 0 || length === 0) {
		throw new ShapeError(
			`${where}: the window does not fit into the input along the ${name}.\n` +
				`  Expected a window of 1 to ${length + 2 * padding} (input ${length} plus padding ${2 * padding}), received ${extent}.\n` +
				"  Try: a smaller kernel, or fewer poolings before this one.",
		);
	}
	let count = (rules.ceilMode ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
	// A last window that would begin in the padding behind the input is left out.
	if (rules.ceilMode && (count - 1) * stride >= length + padding) count--;
	const firsts = Array.from({ length: count }, (_, i) => i * stride - padding);
	const start = firsts.map((first) => (first < 0 ? first + Math.ceil(-first / dilation) * dilation : first));
	const end = firsts.map((first) => Math.min(first + extent, length));
	const counts = firsts.map((first, i) =>
		rules.countIncludePad ? Math.min(first + extent, length + padding) - first : Math.ceil((end[i] - start[i]) / dilation),
	);
	return { start: Int32Array.from(start), end: Int32Array.from(end), step: dilation, counts };
}

function adaptiveAxis(length: number, size: number): AxisWindows {
	const start = Int32Array.from({ length: size }, (_, i) => Math.floor((i * length) / size));
	const end = Int32Array.from({ length: size }, (_, i) => Math.ceil(((i + 1) * length) / size));
	return { start, end, step: 1, counts: Array.from(start, (first, i) => end[i] - first) };
}

function combine(rows: AxisWindows, columns: AxisWindows): PoolWindows {
	return {
		rowStart: rows.start,
		rowEnd: rows.end,
		rowStep: rows.step,
		columnStart: columns.start,
		columnEnd: columns.end,
		columnStep: columns.step,
		divisors: Float32Array.from(rows.counts.flatMap((height) => columns.counts.map((width) => height * width))),
	};
}
