/** He's normal initializer. */
import { randomNormal } from "../../tensor/random.ts";
import { type HeOptions, heOptions, heStd } from "./he-options.ts";
import { defineInitializer } from "./initializer.ts";

/** N(0, gain² / fan): keeps the variance of values through layers of ReLU (He et al. 2015, arXiv:1502.01852). */
export const heNormal = defineInitializer<HeOptions>({
	name: "heNormal",
	formula: "N(0, gain² / fan)",
	source: "He et al. 2015, arXiv:1502.01852",
	torch: "nn.init.kaiming_normal_",
	aliases: ["kaimingNormal"],
	options: heOptions,
	fill: (shape, rng, options) => randomNormal(shape, rng, { std: heStd(shape, "heNormal", options) }),
});
