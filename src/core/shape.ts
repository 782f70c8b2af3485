/** Arithmetic on shapes: sizes, strides, axes, broadcasting. Shapes are lists of non-negative integers, outermost axis first. */
import { ArgumentError, IndexError, ShapeError } from "./errors.ts";

/** Lengths of the axes, outermost first. */
export type Shape = readonly number[];

/** Number of elements; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
	let size = 1;
	for (let i = 0; i < shape.length; i++) size *= shape[i];
	return size;
}

/** Steps in elements of a row-major array. */
export function contiguousStrides(shape: Shape): number[] {
	const strides = new Array<number>(shape.length);
	let step = 1;
	for (let i = shape.length - 1; i >= 0; i--) {
		strides[i] = step;
		step *= shape[i];
	}
	return strides;
}

/** Whether elements lie one behind the other, row-major; axes of length 1 do not count. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
	let step = 1;
	for (let i = shape.length - 1; i >= 0; i--) {
		if (shape[i] !== 1 && strides[i] !== step) return false;
		step *= shape[i];
	}
	return true;
}

/** Whether two shapes are the same list. */
export function sameShape(a: Shape, b: Shape): boolean {
	if (a === b) return true;
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** `[2, 3]` as a person reads it. */
export function formatShape(shape: Shape): string {
	return `[${shape.join(", ")}]`;
}

/** Checks that a shape is a list. */
export function expectList(shape: Shape, where: string): void {
	if (Array.isArray(shape)) return;
	throw new ShapeError(
		`${where}: expected a shape, a list of lengths such as [2, 3], received ${typeof shape === "number" ? shape : typeof shape}.`,
	);
}

/** Checks that a shape is a list of non-negative integers. */
export function checkShape(shape: Shape, where: string): void {
	expectList(shape, where);
	for (const length of shape) {
		if (!Number.isInteger(length) || length < 0) {
			throw new ShapeError(`${where}: ${formatShape(shape)} is no shape.\n  Expected non-negative integers, received ${String(length)}.`);
		}
	}
}

/**
 * The shape that `a` and `b` have in common: aligned at the last axis, an axis of length 1 stretches.
 *
 * @throws ShapeError if two lengths differ and neither is 1
 */
export function broadcastShapes(a: Shape, b: Shape, where: string): Shape {
	if (sameShape(a, b)) return a;
	const rank = Math.max(a.length, b.length);
	const shape = new Array<number>(rank);
	for (let i = 1; i <= rank; i++) {
		const x = i <= a.length ? a[a.length - i] : 1;
		const y = i <= b.length ? b[b.length - i] : 1;
		if (x !== y && x !== 1 && y !== 1) {
			throw new ShapeError(
				`${where}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.\n` +
					`  Expected axis ${rank - i} to have equal lengths, or length 1 in one of them; received ${x} and ${y}.\n` +
					"  Try: reshape or unsqueeze one of them so that the axes line up from the right.",
			);
		}
		shape[rank - i] = x === 1 ? y : x;
	}
	return shape;
}

/**
 * An axis as a number from 0 to rank − 1; negative axes count from the end.
 *
 * @throws IndexError if it is no axis
 */
export function normalizeAxis(axis: number, rank: number, where: string): number {
	if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
	const range = rank === 0 ? "a scalar has no axes" : `expected an integer from ${-rank} to ${rank - 1}`;
	throw new IndexError(`${where}: axis ${String(axis)} is out of range; ${range}.`);
}

/** Several axes, each named once, ascending; `undefined` or `null` means all. */
export function normalizeAxes(axes: number | readonly number[] | null | undefined, rank: number, where: string): number[] {
	if (axes === undefined || axes === null) return Array.from({ length: rank }, (_, i) => i);
	if (typeof axes === "number") return [normalizeAxis(axes, rank, where)];
	const sorted = axes.map((axis) => normalizeAxis(axis, rank, where)).sort((a, b) => a - b);
	for (let i = 1; i < sorted.length; i++) {
		if (sorted[i] === sorted[i - 1]) throw new ArgumentError(`${where}: axis ${sorted[i]} is named twice.`);
	}
	return sorted;
}

/** The shape after a reduction over `axes` (ascending). */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
	if (keepDims) return shape.map((length, i) => (axes.includes(i) ? 1 : length));
	return shape.filter((_, i) => !axes.includes(i));
}

/** Strides with which an array of `shape` is read as `target`: 0 along stretched axes. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): readonly number[] {
	if (sameShape(shape, target)) return strides;
	const lead = target.length - shape.length;
	const out = new Array<number>(target.length);
	for (let i = 0; i < target.length; i++) {
		const j = i - lead;
		out[i] = j < 0 || (shape[j] === 1 && target[i] !== 1) ? 0 : strides[j];
	}
	return out;
}
