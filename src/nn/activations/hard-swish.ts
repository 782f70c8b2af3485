/** Swish with a sigmoid in three straight pieces. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";
import { atLeast } from "./clamp.ts";
import { rectifiedSix } from "./relu6.ts";

/** x · min(max(x + 3, 0), 6) / 6; 0 at −∞, where PyTorch gives NaN. Derivative at −3: −½, at 3: 1, as in PyTorch. */
export const hardSwish = defineActivation<object>({
	name: "hardSwish",
	formula: "x · min(max(x + 3, 0), 6) / 6",
	source: "Howard et al. 2019, arXiv:1905.02244",
	torch: "nn.Hardswish",
	options: {},
	// At −1.5.
	range: [-0.375, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x) => atLeast(x, -3).mul(rectifiedSix(x.add(3)).mul(1 / 6)),
	derivative: (_, x) => scalars.select(x.lt(-3), 0, scalars.select(x.ge(3), 1, x.mul(1 / 3).add(0.5))),
});
