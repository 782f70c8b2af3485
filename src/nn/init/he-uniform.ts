/** He's uniform initializer. */
import { type HeOptions, heOptions, heStd } from "./he-options.ts";
import { defineInitializer } from "./initializer.ts";
import { symmetricUniform } from "./symmetric-uniform.ts";

/** U[−b, b) with b = gain · √(3 / fan): keeps the variance of values through layers of ReLU (He et al. 2015, arXiv:1502.01852). */
export const heUniform = defineInitializer<HeOptions>({
	name: "heUniform",
	formula: "U[−b, b), b = gain · √(3 / fan)",
	source: "He et al. 2015, arXiv:1502.01852",
	torch: "nn.init.kaiming_uniform_",
	aliases: ["kaimingUniform"],
	options: heOptions,
	fill: (shape, rng, options) => symmetricUniform(shape, rng, heStd(shape, "heUniform", options)),
});
