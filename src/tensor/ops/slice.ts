/** Parts of a tensor as views, by Python's rules: negative positions count from the end, ranges are cut to the axis, steps may be negative. */
import { ArgumentError, IndexError } from "../../core/errors.ts";
import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { record } from "../tape.ts";
import { expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { reshape } from "./views.ts";
import { type AxisWindow, window } from "./window.ts";

/** `[start, stop, step]` of one axis; null or a missing entry is open, step is 1 unless given; `":"` is the whole axis. */
export type Range = ":" | readonly [start?: number | null, stop?: number | null, step?: number | null];

/** What `at` takes for one axis: a position (the axis goes) or a range (it stays). */
export type Index = number | Range;

/**
 * The part of each axis that its range names; axes without a range stay whole. A view: no element moves.
 *
 * @param ranges - one for each axis from the first on
 * @throws ArgumentError if there are more ranges than axes, or a step is 0
 * @example
 * x.slice([[1, 3], ":", [null, null, -1]]); // x[1:3, :, ::-1] in Python
 */
export function slice(x: Tensor, ranges: readonly Range[]): Tensor {
	expectTensor(x, "slice");
	checkCount(x, ranges, "slice");
	return window(
		x,
		x.shape.map((length, i) => resolve(ranges[i] ?? ":", length, "slice")),
		"slice",
	);
}

/** The part of one axis that a range names, the others whole; a view. */
export function narrow(x: Tensor, axis: number, range: Range): Tensor {
	expectTensor(x, "narrow");
	const at = normalizeAxis(axis, x.rank, "narrow");
	return window(
		x,
		x.shape.map((length, i) => resolve(i === at ? range : ":", length, "narrow")),
		"narrow",
	);
}

/** x at one position of an axis, which goes; a view. Negative positions count from the end. */
export function select(x: Tensor, axis: number, index: number): Tensor {
	expectTensor(x, "select");
	const at = normalizeAxis(axis, x.rank, "select");
	const indices = x.shape.map((_, i): Index => (i === at ? index : ":"));
	return composed([x], () => pick(x, indices, "select"));
}

/**
 * x at these positions and ranges, as Python's `x[i, j:k]`: a position drops its axis, a range keeps it, axes not named stay whole. A view.
 *
 * @throws IndexError if a position lies outside its axis
 * @example
 * x.at(-1); // the last row
 * x.at(":", 0); // the first column
 * x.at([2, null], [null, null, 2]); // rows from 2 on, every other column
 */
export function at(x: Tensor, ...indices: Index[]): Tensor {
	expectTensor(x, "at");
	checkCount(x, indices, "at");
	return composed([x], () => pick(x, indices, "at"));
}

function pick(x: Tensor, indices: readonly Index[], where: string): Tensor {
	const windows = x.shape.map((length, i): AxisWindow => {
		const index = indices[i] ?? ":";
		return typeof index === "number" ? { start: position(index, x, i, where), length: 1, step: 1 } : resolve(index, length, where);
	});
	const part = window(x, windows, where);
	const kept = part.shape.map((_, i) => i).filter((i) => typeof indices[i] !== "number");
	if (kept.length === x.rank) return part;
	const out = part.view({ shape: kept.map((i) => part.shape[i]), strides: kept.map((i) => part.strides[i]), offset: part.offset });
	return record(out, where, [part], (grad) => [reshape(grad, part.shape)]);
}

function position(index: number, x: Tensor, axis: number, where: string): number {
	const length = x.shape[axis];
	if (Number.isInteger(index) && index >= -length && index < length) return index < 0 ? index + length : index;
	const range = length === 0 ? "the axis is empty" : `expected an integer from ${-length} to ${length - 1}`;
	throw new IndexError(`${where}: index ${index} is out of range for axis ${axis} of shape ${formatShape(x.shape)}; ${range}.`);
}

/** A range as start, length and step within an axis. */
function resolve(range: Range, length: number, where: string): AxisWindow {
	if (range === ":") return { start: 0, length, step: 1 };
	if (!Array.isArray(range)) throw new ArgumentError(`${where}: expected ranges [start, stop, step] or ":", received ${String(range)}.`);
	const step = range[2] ?? 1;
	const entries = [range[0] ?? 0, range[1] ?? 0, step];
	if (!entries.every(Number.isInteger) || step === 0) {
		throw new ArgumentError(`${where}: expected integers and a step other than 0, received [${range.join(", ")}].`);
	}
	const cut = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value < 0 ? value + length : value));
	if (step > 0) {
		const start = cut(range[0] ?? 0, 0, length);
		const stop = cut(range[1] ?? length, 0, length);
		return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step };
	}
	const start = cut(range[0] ?? length - 1, -1, length - 1);
	const stop = range[1] === undefined || range[1] === null ? -1 : cut(range[1], -1, length - 1);
	return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step };
}

function checkCount(x: Tensor, given: readonly unknown[], where: string): void {
	if (given.length > x.rank) {
		throw new ArgumentError(`${where}: shape ${formatShape(x.shape)} has ${x.rank} axes, received ${given.length} indices or ranges.`);
	}
}
