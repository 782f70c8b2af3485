/** What He's two initializers share. */
import { choiceOption, positive } from "../../core/options.ts";
import type { Shape } from "../../core/shape.ts";
import { fansOf } from "./fans.ts";

/** Options of `heNormal` and `heUniform`. */
export interface HeOptions {
	/** Which fan keeps its variance: forward values (fanIn) or gradients (fanOut). Default "fanIn". */
	readonly mode?: "fanIn" | "fanOut";
	/** Factor for the activation that follows, > 0. Default √2, for ReLU. */
	readonly gain?: number;
}

/** Their specs. */
export const heOptions = {
	mode: choiceOption("which fan keeps its variance", ["fanIn", "fanOut"], "fanIn"),
	gain: positive("factor for the activation that follows; √2 for ReLU", Math.SQRT2),
};

/** gain / √fan */
export function heStd(shape: Shape, where: string, { mode, gain }: Required<HeOptions>): number {
	return gain / Math.sqrt(fansOf(shape, where)[mode]);
}
