/** The sigmoid linear unit. */
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { atLeast, within } from "./clamp.ts";

/** Beyond ±800 the sigmoid is 0 or 1, in float64 too. */
const FAR = 800;

/** x · σ(x), also called swish; 0 at −∞, where PyTorch gives NaN, and derivatives 0 and 1 at ∓∞. */
export const silu = defineActivation<object>({
	name: "silu",
	aliases: ["swish"],
	formula: "x · σ(x)",
	source: "Elfwing, Uchibe & Doya 2018, arXiv:1702.03118; Ramachandran et al. 2017, arXiv:1710.05941",
	torch: "nn.SiLU",
	options: {},
	// The minimum lies at −1.2785.
	range: [-0.2785, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x) => atLeast(x, -FAR).mul(scalars.sigmoid(x)),
	derivative: (_, x) => {
		const near = within(x, FAR);
		const gate = scalars.sigmoid(near);
		return gate.mul(near.mul(constant(1).sub(gate)).add(1));
	},
});
