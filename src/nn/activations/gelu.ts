/** The Gaussian error linear unit. */
import { choiceOption } from "../../core/options.ts";
import { constant, type Scalar } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { atLeast, within } from "./clamp.ts";

/** Options of `gelu`. */
export interface GELUOptions {
	/** "tanh" for the approximation of the first Transformers. Default "none". */
	readonly approximate?: "none" | "tanh";
}

/** Beyond ±40 the distribution function is 0 or 1 and its density 0, in float64 too. */
const FAR = 40;
const CUBIC = 0.044715;
const SLOPE = Math.sqrt(2 / Math.PI);

/** ½ (1 + erf(x / √2)), or its approximation. */
function distribution(x: Scalar, approximate: "none" | "tanh"): Scalar {
	const argument = approximate === "none" ? scalars.erf(x.mul(Math.SQRT1_2)) : scalars.tanh(bend(x));
	return argument.add(1).mul(0.5);
}

/** √(2/π) · (x + 0.044715 x³) */
function bend(x: Scalar): Scalar {
	return x.mul(x.square().mul(CUBIC).add(1)).mul(SLOPE);
}

/** Derivative of the distribution function. */
function density(x: Scalar, approximate: "none" | "tanh"): Scalar {
	if (approximate === "none") return scalars.exp(x.square().mul(-0.5)).mul(1 / Math.sqrt(2 * Math.PI));
	const slope = x
		.square()
		.mul(3 * CUBIC)
		.add(1)
		.mul(0.5 * SLOPE);
	return constant(1)
		.sub(scalars.tanh(bend(x)).square())
		.mul(slope);
}

/** x · Φ(x), Φ the normal distribution function; 0 at −∞, where PyTorch gives NaN, and derivatives 0 and 1 at ∓∞. */
export const gelu = defineActivation<GELUOptions>({
	name: "gelu",
	formula: "x · Φ(x)",
	source: "Hendrycks & Gimpel 2016, arXiv:1606.08415",
	torch: "nn.GELU",
	options: { approximate: choiceOption("whether Φ is approximated by tanh", ["none", "tanh"], "none") },
	// The minimum lies at −0.7518.
	range: [-0.1701, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x, { approximate }) => atLeast(x, -FAR).mul(distribution(within(x, FAR), approximate)),
	derivative: (_, x, { approximate }) => {
		const near = within(x, FAR);
		return distribution(near, approximate).add(near.mul(density(near, approximate)));
	},
});
