/** The logistic function. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** σ(x) = 1 / (1 + e⁻ˣ); derivative σ (1 − σ), at most ¼. */
export const sigmoid = defineActivation<object>({
	name: "sigmoid",
	formula: "1 / (1 + e⁻ˣ)",
	source: "Rumelhart, Hinton & Williams 1986",
	torch: "nn.Sigmoid",
	aliases: ["logistic"],
	options: {},
	range: [0, 1],
	zeroCentred: false,
	saturates: "both sides",
	gain: 1,
	build: (x) => scalars.sigmoid(x),
});
