/** The hyperbolic tangent. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** tanh x; derivative 1 − tanh² x. */
export const tanh = defineActivation<object>({
	name: "tanh",
	formula: "tanh x",
	source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
	torch: "nn.Tanh",
	options: {},
	range: [-1, 1],
	zeroCentred: true,
	saturates: "both sides",
	gain: 5 / 3,
	build: (x) => scalars.tanh(x),
});
