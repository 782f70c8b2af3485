/** The self-normalising unit. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** Fixed so that mean 0 and variance 1 are a fixed point of layers (equation 14 of the paper). */
const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

/** scale · x for x > 0, else scale · α (eˣ − 1), with scale 1.0507 and α 1.6733. */
export const selu = defineActivation<object>({
	name: "selu",
	formula: "λx if x > 0, else λα (eˣ − 1)",
	source: "Klambauer et al. 2017, arXiv:1706.02515",
	torch: "nn.SELU",
	options: {},
	range: [-SCALE * ALPHA, Number.POSITIVE_INFINITY],
	zeroCentred: true,
	saturates: "left",
	// PyTorch's calculate_gain; the paper's own initializer, LeCun's normal, has gain 1.
	gain: 3 / 4,
	build: (x) => scalars.select(x.gt(0), x.mul(SCALE), scalars.expm1(x).mul(SCALE * ALPHA)),
	derivative: (y) => scalars.select(y.gt(0), SCALE, y.add(SCALE * ALPHA)),
});
