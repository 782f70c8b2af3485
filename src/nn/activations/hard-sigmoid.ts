/** The sigmoid in three straight pieces. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { rectifiedSix } from "./relu6.ts";

/** min(max(x + 3, 0), 6) / 6; derivative 1/6 between the bends, 0 at and beyond them. */
export const hardSigmoid = defineActivation<object>({
	name: "hardSigmoid",
	formula: "min(max(x + 3, 0), 6) / 6",
	source: "Howard et al. 2019, arXiv:1905.02244",
	torch: "nn.Hardsigmoid",
	options: {},
	range: [0, 1],
	zeroCentred: false,
	saturates: "both sides",
	build: (x) => rectifiedSix(x.add(3)).mul(1 / 6),
	derivative: (y) => scalars.select(scalars.and(y.gt(0), y.lt(1)), 1 / 6, 0),
});
