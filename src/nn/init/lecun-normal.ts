/** LeCun's normal initializer. */
import { randomNormal } from "../../tensor/random.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** N(0, 1 / fanIn): keeps the variance of values through linear layers; what SELU's self-normalisation needs (arXiv:1706.02515). */
export const lecunNormal = defineInitializer<object>({
	name: "lecunNormal",
	formula: "N(0, 1 / fanIn)",
	source: "LeCun et al. 1998, Efficient BackProp; Klambauer et al. 2017, arXiv:1706.02515",
	torch: 'nn.init.kaiming_normal_(nonlinearity="linear")',
	options: {},
	fill: (shape, rng) => randomNormal(shape, rng, { std: 1 / Math.sqrt(fansOf(shape, "lecunNormal").fanIn) }),
});
