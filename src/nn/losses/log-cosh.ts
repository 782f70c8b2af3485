/** A smooth blend of squared and absolute error. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";

/** log cosh (x − t): ½ d² near the target, |d| − ln 2 far from it; the derivative is tanh d. */
export const logCosh = defineElementwiseLoss<object>({
	name: "logCosh",
	formula: "log cosh(x − t)",
	source: "Green 1990; Saleh & Saleh 2022, arXiv:2208.04564",
	torch: null,
	target: "values",
	takesLogits: false,
	options: {},
	build: (x, t) => {
		const size = scalars.abs(x.sub(t));
		// |d| + log1p(e^(−2|d|)) − ln 2 does not overflow, but cancels near 0; there ½ log(1 + sinh² d) keeps all digits.
		const far = size.add(scalars.softplus(size.mul(-2))).sub(Math.LN2);
		const near = scalars.select(size.lt(1), size, 1);
		return scalars.select(size.lt(1), scalars.log1p(scalars.sinh(near).square()).mul(0.5), far);
	},
	gradient: (grad, [x, t]) => {
		const slope = grad.mul(scalars.tanh(x.sub(t)));
		return [slope, slope.neg()];
	},
});
