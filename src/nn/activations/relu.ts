/** The rectifier. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** max(x, 0); its derivative at 0 is 0. */
export const relu = defineActivation<object>({
	name: "relu",
	formula: "max(x, 0)",
	source: "Nair & Hinton 2010",
	torch: "nn.ReLU",
	options: {},
	range: [0, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	gain: Math.SQRT2,
	build: (x) => scalars.relu(x),
});
