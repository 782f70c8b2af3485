/** Xavier's normal initializer. */
import { randomNormal } from "../../tensor/random.ts";
import { defineInitializer } from "./initializer.ts";
import { type XavierOptions, xavierOptions, xavierStd } from "./xavier-options.ts";

/** N(0, gain² · 2 / (fanIn + fanOut)) (Glorot & Bengio 2010). For layers followed by tanh, sigmoid or softmax. */
export const xavierNormal = defineInitializer<XavierOptions>({
	name: "xavierNormal",
	formula: "N(0, gain² · 2 / (fanIn + fanOut))",
	source: "Glorot & Bengio 2010",
	torch: "nn.init.xavier_normal_",
	aliases: ["glorotNormal"],
	options: xavierOptions,
	fill: (shape, rng, { gain }) => randomNormal(shape, rng, { std: xavierStd(shape, "xavierNormal", gain) }),
});
