/** A sigmoid with slow tails. */
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { within } from "./clamp.ts";

/** Beyond it the result is ±1 in every type. */
const FAR = 1e30;

/**
 * x / (1 + |x|); ±1 at ±∞, where PyTorch gives NaN. The derivative 1 / (1 + |x|)² is taken from x: from the result, as (1 − |y|)², its
 * tail would cancel.
 */
export const softsign = defineActivation<object>({
	name: "softsign",
	formula: "x / (1 + |x|)",
	source: "Turian, Bergstra & Bengio 2009",
	torch: "nn.Softsign",
	options: {},
	range: [-1, 1],
	zeroCentred: true,
	saturates: "both sides",
	build: (x) => {
		const bounded = within(x, FAR);
		return bounded.div(scalars.abs(bounded).add(1));
	},
	derivative: (_, x) => constant(1).div(scalars.abs(x).add(1).square()),
});
