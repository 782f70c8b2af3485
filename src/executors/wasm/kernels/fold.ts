/**
 * How a reduction joins values: four lanes at a time into fast sums, and these, after some dozens of values, into totals.
 * Sums and products of real numbers have totals in double precision; the others are exact as they are.
 */
import type { ReduceKind } from "../../../kernels/contracts.ts";
import type { ScalarType } from "../../../kernels/formula.ts";
import { f32x4, f64x2, i32x4, shuffle32 } from "../assembler.ts";
import type { V128, Writer } from "./writer.ts";

/** A state is a list of vectors; `fast` states take values, `total` states last. Arguments may be used more than once. */
export interface Fold {
	readonly type: ScalarType;
	/** Vectors of an empty fast state. */
	readonly empty: readonly V128[];
	/** Vectors of an empty total. */
	readonly emptyTotal: readonly V128[];
	/** What a lane without value counts as. */
	readonly neutral: V128;
	join(state: readonly V128[], value: V128): V128[];
	merge(a: readonly V128[], b: readonly V128[]): V128[];
	addToTotal(total: readonly V128[], state: readonly V128[]): V128[];
	mergeTotals(a: readonly V128[], b: readonly V128[]): V128[];
	/** Four lanes of `type`, one result each. */
	lanes(total: readonly V128[]): V128;
	/** All lanes of a total joined; the first lane has the result. */
	across(w: Writer, total: readonly V128[]): V128;
}

/** Bytes of the totals of four lanes. */
export function totalBytes(fold: Fold): number {
	return 16 * fold.emptyTotal.length;
}

/** Two pairs of float64 as four float32. */
export function narrow(low: V128, high: V128): V128 {
	return shuffle32(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), [0, 1, 4, 5]);
}

/** The upper two lanes below, twice. */
export function upperHalf(a: V128): V128 {
	return shuffle32(a, a, [2, 3, 2, 3]);
}

const promote = (a: V128): V128[] => [f64x2.promoteLowF32x4(a), f64x2.promoteLowF32x4(upperHalf(a))];
const swapPairs = (a: V128): V128 => shuffle32(a, a, [2, 3, 0, 1]);
const swapNeighbours = (a: V128): V128 => shuffle32(a, a, [1, 0, 3, 2]);
const both =
	(operation: (a: V128, b: V128) => V128) =>
	(a: readonly V128[], b: readonly V128[]): V128[] =>
		a.map((vector, i) => operation(vector, b[i]));

/** All float64 lanes joined, as a float32. */
function acrossWide(operation: (a: V128, b: V128) => V128): (w: Writer, total: readonly V128[]) => V128 {
	return (w, [low, high]) => {
		const pair = w.let(operation(low, high));
		return f32x4.demoteF64x2Zero(operation(pair, swapPairs(pair)));
	};
}

const realSum: Fold = {
	type: "real",
	empty: [f32x4.const(0)],
	emptyTotal: [f64x2.const(0), f64x2.const(0)],
	neutral: f32x4.const(0),
	join: ([sum], value) => [f32x4.add(sum, value)],
	merge: both(f32x4.add),
	addToTotal: (total, [sum]) => both(f64x2.add)(total, promote(sum)),
	mergeTotals: both(f64x2.add),
	lanes: ([low, high]) => narrow(low, high),
	across: acrossWide(f64x2.add),
};

// Products leave the range of float32 on the way to a result inside it, so they are double from the start.
const realProduct: Fold = {
	type: "real",
	empty: [f64x2.const(1), f64x2.const(1)],
	emptyTotal: [f64x2.const(1), f64x2.const(1)],
	neutral: f32x4.const(1),
	join: (state, value) => both(f64x2.mul)(state, promote(value)),
	merge: both(f64x2.mul),
	addToTotal: both(f64x2.mul),
	mergeTotals: both(f64x2.mul),
	lanes: ([low, high]) => narrow(low, high),
	across: acrossWide(f64x2.mul),
};

function simple(type: ScalarType, neutral: V128, operation: (a: V128, b: V128) => V128): Fold {
	return {
		type,
		empty: [neutral],
		emptyTotal: [neutral],
		neutral,
		join: ([state], value) => [operation(state, value)],
		merge: both(operation),
		addToTotal: both(operation),
		mergeTotals: both(operation),
		lanes: ([total]) => total,
		across: (w, [total]) => {
			const pairs = w.let(operation(total, swapPairs(total)));
			return operation(pairs, swapNeighbours(pairs));
		},
	};
}

/** The fold of a kind of reduction over lanes of a type; `truth` is folded as 0 and 1. */
export function foldOf(kind: ReduceKind, type: "real" | "integer"): Fold {
	return folds[type][kind];
}

const folds: Record<"real" | "integer", Record<ReduceKind, Fold>> = {
	real: {
		sum: realSum,
		prod: realProduct,
		max: simple("real", f32x4.const(Number.NEGATIVE_INFINITY), f32x4.max),
		min: simple("real", f32x4.const(Number.POSITIVE_INFINITY), f32x4.min),
	},
	integer: {
		sum: simple("integer", i32x4.const(0), i32x4.add),
		prod: simple("integer", i32x4.const(1), i32x4.mul),
		max: simple("integer", i32x4.const(-2147483648), i32x4.maxS),
		min: simple("integer", i32x4.const(2147483647), i32x4.minS),
	},
};
