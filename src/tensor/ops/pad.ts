/** Borders around a tensor. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { concat } from "./join.ts";
import { narrow } from "./slice.ts";
import { expand } from "./views.ts";
import { spread } from "./window.ts";

/** How many elements come before and after an axis. */
export type Padding = readonly [before: number, after: number];

/** What a border holds. */
export interface PadOptions {
	/** `constant`: `value`; `reflect`: the elements mirrored at the edge, which is not repeated; `replicate`: the edge. Default constant. */
	readonly mode?: "constant" | "reflect" | "replicate";
	/** Of a constant border. Default 0. */
	readonly value?: number;
}

/**
 * x with a border.
 *
 * @param paddings - [before, after] for the last axes, in the order of the axes (PyTorch's list runs the other way); negative is not allowed
 * @throws ShapeError if a reflected border is as long as its axis, or a replicated axis is empty
 * @example
 * image.pad([[1, 1], [2, 2]]); // one row above and below, two columns left and right
 */
export function pad(x: Tensor, paddings: readonly Padding[], options: PadOptions = {}): Tensor {
	expectTensor(x, "pad");
	const { mode = "constant", value = 0 } = options;
	const all = checkPaddings(x, paddings);
	switch (mode) {
		case "constant":
			return spread(x, {
				shape: x.shape.map((length, i) => all[i][0] + length + all[i][1]),
				windows: x.shape.map((length, i) => ({ start: all[i][0], length, step: 1 })),
				value,
			});
		case "reflect":
			return composed([x], () => all.reduce((padded, padding, axis) => reflectAxis(padded, axis, padding), x));
		case "replicate":
			return composed([x], () => all.reduce((padded, padding, axis) => replicateAxis(padded, axis, padding), x));
		default:
			mode satisfies never;
			throw new ArgumentError(`pad: expected mode "constant", "reflect" or "replicate", received ${String(mode)}.`);
	}
}

/** A padding for every axis. */
function checkPaddings(x: Tensor, paddings: readonly Padding[]): Padding[] {
	const valid = paddings.every((one) => Array.isArray(one) && one.length === 2 && one.every((n) => Number.isInteger(n) && n >= 0));
	if (paddings.length > x.rank || !valid) {
		throw new ArgumentError(
			`pad: expected up to ${x.rank} pairs [before, after] of integers ≥ 0, received ${JSON.stringify(paddings)}. Try: slice, to cut elements off.`,
		);
	}
	return [...Array.from({ length: x.rank - paddings.length }, (): Padding => [0, 0]), ...paddings];
}

function reflectAxis(x: Tensor, axis: number, [before, after]: Padding): Tensor {
	if (before === 0 && after === 0) return x;
	const length = x.shape[axis];
	if (Math.max(before, after) >= length) {
		throw new ShapeError(
			`pad: a reflected border must be shorter than its axis; received [${before}, ${after}] for axis ${axis} of shape ${formatShape(x.shape)}.`,
		);
	}
	const head = narrow(x, axis, [before, 0, -1]);
	const tail = narrow(x, axis, [length - 2, after === length - 1 ? null : length - 2 - after, -1]);
	const parts = [before > 0 ? head : null, x, after > 0 ? tail : null];
	return concat(
		parts.filter((part) => part !== null),
		axis,
	);
}

function replicateAxis(x: Tensor, axis: number, [before, after]: Padding): Tensor {
	if (before === 0 && after === 0) return x;
	const length = x.shape[axis];
	if (length === 0) throw new ShapeError(`pad: axis ${axis} of shape ${formatShape(x.shape)} is empty, so it has no edge to replicate.`);
	const stretched = (position: number, count: number): Tensor =>
		expand(
			narrow(x, axis, [position, position + 1]),
			x.shape.map((other, i) => (i === axis ? count : other)),
		);
	return concat([stretched(0, before), x, stretched(length - 1, after)], axis);
}
