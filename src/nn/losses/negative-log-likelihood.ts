/** Log-likelihood of given log-probabilities. */
import { mul } from "../../tensor/ops/arithmetic.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { nllLoss } from "../../tensor/ops/cross-entropy.ts";
import { checkSomeLabel, labelWeightSum } from "./class-checks.ts";
import { type ClassOptions, classOptions } from "./cross-entropy.ts";
import { defineLoss, unitScale } from "./loss.ts";
import { reduceExamples } from "./reduce.ts";

/**
 * −log p at the class indices. Predictions are log-probabilities `[n, classes]` or `[n, classes, d…]`, as `logSoftmax` along axis 1 gives
 * them; targets class indices, int32 `[n]` or `[n, d…]`. From logits use `crossEntropy`.
 */
export const negativeLogLikelihood = defineLoss<ClassOptions>({
	name: "negativeLogLikelihood",
	formula: "−log p at the class",
	source: "—",
	torch: "nn.NLLLoss",
	aliases: ["nll"],
	target: "classes",
	takesLogits: false,
	options: classOptions,
	compute(logProbabilities, target, { reduction, sampleWeights, unit, classWeights, ignoreIndex }) {
		const name = "negativeLogLikelihood";
		return composed([logProbabilities, target], () => {
			const plain = sampleWeights === null;
			const loss = nllLoss(logProbabilities, target, { classWeights, ignoreIndex, reduction: plain ? reduction : "none" });
			if (reduction === "mean") checkSomeLabel(name, target, ignoreIndex);
			if (plain) return unit === "bits" ? mul(loss, unitScale(unit)) : loss;
			const divisor = (weights: typeof target) => labelWeightSum(target, weights, { classWeights, ignoreIndex });
			return reduceExamples(name, loss, { reduction, sampleWeights, scale: unitScale(unit), divisor });
		});
	},
});
