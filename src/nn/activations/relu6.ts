/** The rectifier with a ceiling. */
import type { Scalar } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** min(max(x, 0), 6); NaN stays. */
export function rectifiedSix(x: Scalar): Scalar {
	return scalars.select(x.gt(6), 6, scalars.relu(x));
}

/** min(max(x, 0), 6); derivative 1 between the bends, 0 at and beyond them. */
export const relu6 = defineActivation<object>({
	name: "relu6",
	formula: "min(max(x, 0), 6)",
	source: "Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
	torch: "nn.ReLU6",
	options: {},
	range: [0, 6],
	zeroCentred: false,
	saturates: "both sides",
	build: rectifiedSix,
	derivative: (y) => scalars.select(scalars.and(y.gt(0), y.lt(6)), 1, 0),
});
