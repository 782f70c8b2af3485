/** The threshold unit. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/**
 * 1 for x > 0, else 0; NaN stays NaN. For forward passes only: its derivative is 0 everywhere, so that what comes before it does not learn.
 */
export const step = defineActivation<object>({
	name: "step",
	formula: "1 if x > 0, else 0",
	source: "Rosenblatt 1958; McCulloch & Pitts 1943",
	torch: "heaviside(x, 0)",
	aliases: ["heaviside"],
	options: {},
	range: [0, 1],
	zeroCentred: false,
	saturates: "everywhere",
	// 1 / √E step(z)²
	gain: Math.SQRT2,
	// Adding 0 turns −0 into 0.
	build: (x) => scalars.sign(scalars.relu(x)).add(0),
});
