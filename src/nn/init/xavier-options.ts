/** What Xavier's two initializers share. */
import { positive } from "../../core/options.ts";
import type { Shape } from "../../core/shape.ts";
import { fansOf } from "./fans.ts";

/** Options of `xavierUniform` and `xavierNormal`. */
export interface XavierOptions {
	/** Factor for the activation that follows, > 0. Default 1. */
	readonly gain?: number;
}

/** Their specs. */
export const xavierOptions = { gain: positive("factor for the activation that follows", 1) };

/** gain · √(2 / (fanIn + fanOut)): the standard deviation between what values and what gradients ask for. */
export function xavierStd(shape: Shape, where: string, gain: number): number {
	const { fanIn, fanOut } = fansOf(shape, where);
	return gain * Math.sqrt(2 / (fanIn + fanOut));
}
