/** He's normal initializer. */
import { choiceOption, positive } from "../../core/options.ts";
import { randomNormal } from "../../tensor/random.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `heNormal`. */
export interface HeOptions {
	/** Which fan keeps its variance: forward values (fanIn) or gradients (fanOut). Default "fanIn". */
	readonly mode?: "fanIn" | "fanOut";
	/** Factor for the activation that follows, > 0. Default √2, for ReLU. */
	readonly gain?: number;
}

/** N(0, gain² / fan): keeps the variance of values through layers of ReLU (He et al. 2015, arXiv:1502.01852). */
export const heNormal = defineInitializer<HeOptions>({
	name: "heNormal",
	formula: "N(0, gain² / fan)",
	source: "He et al. 2015, arXiv:1502.01852",
	torch: "nn.init.kaiming_normal_",
	options: {
		mode: choiceOption("which fan keeps its variance", ["fanIn", "fanOut"], "fanIn"),
		gain: positive("factor for the activation that follows; √2 for ReLU", Math.SQRT2),
	},
	fill: (shape, rng, { mode, gain }) => randomNormal(shape, rng, { std: gain / Math.sqrt(fansOf(shape, "heNormal")[mode]) }),
});
