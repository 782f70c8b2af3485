/** Absolute error. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";

/** Mean of |x − t|; the derivative at 0 is 0. */
export const meanAbsoluteError = defineElementwiseLoss<object>({
	name: "meanAbsoluteError",
	formula: "|x − t|",
	source: "—",
	torch: "nn.L1Loss",
	aliases: ["mae", "l1"],
	target: "values",
	takesLogits: false,
	options: {},
	build: (x, t) => scalars.abs(x.sub(t)),
});
