/** Checks of arguments that several operations share. */
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Tensor } from "../tensor.ts";
import { expectFloating } from "./elementwise.ts";

/**
 * Checks that all operands hold real numbers of one type.
 *
 * @throws DTypeError otherwise
 */
export function expectOneFloatingType(where: string, tensors: readonly Tensor[]): void {
	for (const x of tensors) {
		expectFloating(x, where);
		if (x.dtype !== tensors[0].dtype) {
			throw new DTypeError(
				`${where}: expected equal types, received ${tensors[0].dtype} and ${x.dtype}. Try: x.to("${tensors[0].dtype}").`,
			);
		}
	}
}

/**
 * Checks the number of axes; `layout` names them, as in `["n", "channels", "height", "width"]`.
 *
 * @throws ShapeError otherwise
 */
export function expectAxes(x: Tensor, where: string, what: string, layout: readonly string[]): void {
	if (x.rank === layout.length) return;
	const advice = x.rank === layout.length - 1 && what === "input" ? "\n  Try: x.unsqueeze(0) for a batch of one." : "";
	throw new ShapeError(`${where}: expected ${what} [${layout.join(", ")}], received shape ${formatShape(x.shape)}.${advice}`);
}

/**
 * Checks a vector of one value per channel.
 *
 * @throws ShapeError otherwise
 */
export function expectPerChannel(x: Tensor, where: string, what: string, channels: number): void {
	if (x.rank === 1 && x.shape[0] === channels) return;
	throw new ShapeError(`${where}: expected ${what} of shape [${channels}], one value per channel, received ${formatShape(x.shape)}.`);
}

/**
 * Checks that a number is an integer not below `least`.
 *
 * @throws ArgumentError otherwise
 */
export function expectInteger(value: number, where: string, what: string, least: number): void {
	if (Number.isInteger(value) && value >= least) return;
	throw new ArgumentError(`${where}: expected ${what} to be an integer ≥ ${least}, received ${String(value)}.`);
}

/** One number for both axes, or one for each. */
export type Pair = number | readonly [number, number];

/**
 * Both numbers of a pair, checked to be integers not below `least`.
 *
 * @throws ArgumentError otherwise
 */
export function toPair(value: Pair, where: string, what: string, least: number): readonly [number, number] {
	const pair = typeof value === "number" ? ([value, value] as const) : value;
	if (!Array.isArray(pair) || pair.length !== 2) {
		throw new ArgumentError(`${where}: expected ${what} to be a number or a pair of numbers, received ${JSON.stringify(value)}.`);
	}
	for (const part of pair) expectInteger(part, where, what, least);
	return pair as readonly [number, number];
}
