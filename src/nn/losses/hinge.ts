/** The loss of support vector machines. */
import { positive } from "../../core/options.ts";
import { constant } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";
import type { CommonLossOptions } from "./loss.ts";

/** Options of `hinge`. */
export interface HingeOptions extends CommonLossOptions {
	/** Score on the right side from which on nothing is lost, > 0. Default 1. */
	readonly margin?: number;
}

/** max(0, margin − t · x) with targets −1 and 1; the derivative at the bend is 0. */
export const hinge = defineElementwiseLoss<{ margin?: number }>({
	name: "hinge",
	formula: "max(0, m − t x)",
	source: "Cortes & Vapnik 1995",
	torch: null,
	target: "signs",
	takesLogits: false,
	options: { margin: positive("score on the right side from which on nothing is lost", 1) },
	build: (x, t, { margin }) => scalars.relu(constant(margin).sub(t.mul(x))),
});
