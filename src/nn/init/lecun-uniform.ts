/** LeCun's uniform initializer. */
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";
import { symmetricUniform } from "./symmetric-uniform.ts";

/** U[−b, b) with b = √(3 / fanIn): keeps the variance of values through linear layers. */
export const lecunUniform = defineInitializer<object>({
	name: "lecunUniform",
	formula: "U[−b, b), b = √(3 / fanIn)",
	source: "LeCun et al. 1998, Efficient BackProp",
	torch: 'nn.init.kaiming_uniform_(nonlinearity="linear")',
	options: {},
	fill: (shape, rng) => symmetricUniform(shape, rng, 1 / Math.sqrt(fansOf(shape, "lecunUniform").fanIn)),
});
