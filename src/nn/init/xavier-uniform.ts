/** Xavier's uniform initializer. */
import { defineInitializer } from "./initializer.ts";
import { symmetricUniform } from "./symmetric-uniform.ts";
import { type XavierOptions, xavierOptions, xavierStd } from "./xavier-options.ts";

/** U[−b, b) with b = gain · √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). For layers followed by tanh, sigmoid or softmax. */
export const xavierUniform = defineInitializer<XavierOptions>({
	name: "xavierUniform",
	formula: "U[−b, b), b = gain · √(6 / (fanIn + fanOut))",
	source: "Glorot & Bengio 2010",
	torch: "nn.init.xavier_uniform_",
	aliases: ["glorotUniform"],
	options: xavierOptions,
	fill: (shape, rng, { gain }) => symmetricUniform(shape, rng, xavierStd(shape, "xavierUniform", gain)),
});
