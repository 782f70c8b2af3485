/** Reductions of a formula over axes, folded in float64 in row-major order. */
import type { Kernels, Operand, ReduceKind } from "../contracts.ts";
import type { ScalarType } from "../formula.ts";
import { makeEvaluator } from "./evaluate.ts";
import { contiguousElements, converterTo, elementsOf, positionsOf } from "./view.ts";

interface Fold {
	readonly start: number;
	join(sofar: number, value: number): number;
}

/** See {@link Kernels.reduce}. */
export const reduce: Kernels["reduce"] = (kind, formula, inputs, out, axes) => {
	const dtypes = inputs.map((input) => input.dtype);
	const { slots, outputs, outputTypes, run } = makeEvaluator(formula, dtypes);
	const sources = inputs.map((input) => ({ data: elementsOf(input), at: positionsOf(reducedLast(input, axes)) }));
	const fold = foldOf(kind, outputTypes[0]);
	const target = contiguousElements(out);
	// Sums of int32 are exact in float64 and wrap once at the end.
	const wraps = out.dtype === "int32" && outputTypes[0] !== "real";
	const convert = wraps ? (value: number) => value | 0 : converterTo(out.dtype);
	const count = axes.reduce((product, axis) => product * inputs[0].shape[axis], 1);
	for (let i = 0; i < target.length; i++) {
		let sofar = fold.start;
		for (let j = i * count; j < (i + 1) * count; j++) {
			for (let k = 0; k < sources.length; k++) slots[k] = sources[k].data[sources[k].at[j]];
			run();
			sofar = fold.join(sofar, slots[outputs[0]]);
		}
		target[i] = convert(sofar);
	}
};

/** The same elements with the reduced axes moved to the end. */
function reducedLast(input: Operand, axes: readonly number[]): Pick<Operand, "shape" | "strides" | "offset"> {
	const order = [...input.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
	return {
		shape: order.map((axis) => input.shape[axis]),
		strides: order.map((axis) => input.strides[axis]),
		offset: input.offset,
	};
}

function foldOf(kind: ReduceKind, type: ScalarType): Fold {
	switch (kind) {
		case "sum":
			return { start: 0, join: (sofar, value) => sofar + value };
		case "prod":
			return { start: 1, join: type === "real" ? (sofar, value) => sofar * value : Math.imul };
		// Math.max and Math.min are NaN as soon as one argument is.
		case "max":
			return { start: lowest[type], join: Math.max };
		case "min":
			return { start: highest[type], join: Math.min };
		default:
			throw kind satisfies never;
	}
}

const lowest: Record<ScalarType, number> = { real: Number.NEGATIVE_INFINITY, integer: -2147483648, truth: 0 };
const highest: Record<ScalarType, number> = { real: Number.POSITIVE_INFINITY, integer: 2147483647, truth: 1 };
