/** Squared error near the target, absolute error far from it. */
import { positive } from "../../core/options.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";
import type { CommonLossOptions } from "./loss.ts";

/** Options of `huber`. */
export interface HuberOptions extends CommonLossOptions {
	/** Where squares give way to absolute values, in the units of the target, > 0. Default 1. */
	readonly delta?: number;
}

/** ½ d² for |d| ≤ δ, else δ (|d| − ½ δ), with d = x − t. */
export const huber = defineElementwiseLoss<{ delta?: number }>({
	name: "huber",
	formula: "½d² if |d| ≤ δ, else δ(|d| − ½δ), d = x − t",
	source: "Huber 1964",
	torch: "nn.HuberLoss",
	target: "values",
	takesLogits: false,
	options: { delta: positive("where squares give way to absolute values", 1) },
	// Both pieces are c (|d| − ½ c) with c = min(|d|, δ), whose square cannot overflow.
	build: (x, t, { delta }) => {
		const size = scalars.abs(x.sub(t));
		const near = scalars.select(size.gt(delta), delta, size);
		return near.mul(size.sub(near.mul(0.5)));
	},
});
