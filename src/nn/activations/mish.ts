/** A smooth relative of swish. */
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { atLeast, within } from "./clamp.ts";

/** Beyond ±800 softplus is 0 or so large that its tanh is 1, in float64 too. */
const FAR = 800;

/** x · tanh(softplus x); 0 at −∞, where PyTorch gives NaN, and derivatives 0 and 1 at ∓∞. */
export const mish = defineActivation<object>({
	name: "mish",
	formula: "x · tanh(log(1 + eˣ))",
	source: "Misra 2019, arXiv:1908.08681",
	torch: "nn.Mish",
	options: {},
	// The minimum lies at −1.1924.
	range: [-0.3089, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x) => atLeast(x, -FAR).mul(scalars.tanh(scalars.softplus(x))),
	derivative: (_, x) => {
		const near = within(x, FAR);
		const gate = scalars.tanh(scalars.softplus(near));
		return gate.add(near.mul(scalars.sigmoid(near)).mul(constant(1).sub(gate.square())));
	},
});
