/** The initializer that PyTorch's layers use when nobody chooses one. */
import { randomUniform } from "../../tensor/random.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** U[−1/√fanIn, 1/√fanIn): what `nn.Linear` and `nn.Conv2d` of PyTorch start their weights with. Its variance is 1 / (3 fanIn). */
export const fanInUniform = defineInitializer<object>({
	name: "fanInUniform",
	formula: "U[−1/√fanIn, 1/√fanIn)",
	source: "LeCun et al. 1998, Efficient BackProp",
	torch: "nn.init.kaiming_uniform_(a=√5)",
	options: {},
	fill: (shape, rng) => {
		const bound = 1 / Math.sqrt(fansOf(shape, "fanInUniform").fanIn);
		return randomUniform(shape, rng, { low: -bound, high: bound });
	},
});
