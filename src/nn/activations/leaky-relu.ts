/** The rectifier with a slope below 0. */
import { atLeastZero } from "../../core/options.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** Options of `leakyReLU`. */
export interface LeakyReLUOptions {
	/** Slope for x ≤ 0, ≥ 0: with a negative one the sign of the result no longer tells the side. Default 0.01. */
	readonly slope?: number;
}

/** x for x > 0, else slope · x. Slope 0 is ReLU, with 0 at −∞ where PyTorch gives NaN. */
export const leakyReLU = defineActivation<LeakyReLUOptions>({
	name: "leakyReLU",
	formula: "x if x > 0, else slope · x",
	source: "Maas, Hannun & Ng 2013",
	torch: "nn.LeakyReLU",
	aliases: ["leakyRelu"],
	options: { slope: atLeastZero("slope for x ≤ 0", 0.01) },
	range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "nowhere",
	gain: ({ slope }) => Math.sqrt(2 / (1 + slope * slope)),
	build: (x, { slope }) => (slope === 0 ? scalars.relu(x) : scalars.select(x.gt(0), x, x.mul(slope))),
	derivative: (y, _, { slope }) => scalars.select(y.gt(0), 1, slope),
});
