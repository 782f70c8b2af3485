/** Squared error. */
import { truthOption } from "../../core/options.ts";
import { defineElementwiseLoss } from "./elementwise-loss.ts";
import type { CommonLossOptions } from "./loss.ts";

/** Options of `meanSquaredError`. */
export interface SquaredErrorOptions extends CommonLossOptions {
	/** Whether each square is halved, so that the derivative is x − t. Default false. */
	readonly half?: boolean;
}

/** Mean of (x − t)², or of ½ (x − t)². */
export const meanSquaredError = defineElementwiseLoss<{ half?: boolean }>({
	name: "meanSquaredError",
	formula: "(x − t)²",
	source: "—",
	torch: "nn.MSELoss",
	aliases: ["mse", "l2"],
	target: "values",
	takesLogits: false,
	options: { half: truthOption("whether each square is halved", false) },
	build: (x, t, { half }) => (half ? x.sub(t).square().mul(0.5) : x.sub(t).square()),
});
