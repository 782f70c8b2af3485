/** Root of the mean squared error. */
import { composed } from "../../tensor/ops/composed.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { mean } from "../../tensor/ops/reduce.ts";
import { checkPair, squaredError } from "../../tensor/ops/regression-losses.ts";
import { type CommonLossOptions, commonOptions, defineLoss } from "./loss.ts";
import { reduceElements, root } from "./reduce.ts";
import { expectRule, targetRules } from "./rules.ts";

/**
 * √ of the mean of (x − t)²; with reduction "sum" √ of the sum, with "none" one root for each example. Sample weights multiply the squares.
 * The derivative at a loss of 0 is 0, where PyTorch's √ of `mse_loss` gives NaN.
 */
export const rootMeanSquaredError = defineLoss<CommonLossOptions>({
	name: "rootMeanSquaredError",
	formula: "√ mean (x − t)²",
	source: "—",
	torch: "mse_loss(x, t).sqrt()",
	aliases: ["rmse"],
	target: "values",
	takesLogits: false,
	options: commonOptions,
	compute(prediction, target, { reduction, sampleWeights, checksValues }) {
		checkPair("rootMeanSquaredError", prediction, target);
		if (checksValues) expectRule("rootMeanSquaredError", "target", target, targetRules.values);
		return composed([prediction, target], () => {
			const squares = reduceElements(squaredError, [prediction, target], { reduction, sampleWeights });
			const inner = squares.shape.map((_, axis) => axis).slice(1);
			return applyFormula(root, [inner.length === 0 ? squares : mean(squares, inner)]);
		});
	},
});
