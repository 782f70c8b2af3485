/** Squared error. */
import { truthOption } from "../../core/options.ts";
import { meanSquaredError as squaredErrorOp } from "../../tensor/ops/regression-losses.ts";
import type { Reduction } from "../../tensor/ops/sum-formula.ts";
import { defineLoss, reductionOption } from "./loss.ts";

/** Options of `meanSquaredError`. */
export interface SquaredErrorOptions {
	/** Default "mean". */
	readonly reduction?: Reduction;
	/** Whether each square is halved, so that the derivative is x − t. Default false. */
	readonly half?: boolean;
}

/** Mean of (x − t)², or of ½ (x − t)². */
export const meanSquaredError = defineLoss<SquaredErrorOptions>({
	name: "meanSquaredError",
	formula: "(x − t)²",
	source: "—",
	torch: "nn.MSELoss",
	target: "values",
	takesLogits: false,
	options: { reduction: reductionOption, half: truthOption("whether each square is halved", false) },
	compute(prediction, target, { reduction, half }) {
		const plain = squaredErrorOp(prediction, target, { reduction });
		return half ? plain.mul(0.5) : plain;
	},
});
