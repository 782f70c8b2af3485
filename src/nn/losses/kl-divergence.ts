/** Kullback–Leibler divergence from predictions to targets. */
import { choiceOption, truthOption } from "../../core/options.ts";
import { formula } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { checkPair } from "../../tensor/ops/regression-losses.ts";
import { type CommonLossOptions, commonOptions, defineLoss, type UnitOptions, unitOptions, unitScale } from "./loss.ts";
import { type AnyReduction, reduceElements } from "./reduce.ts";
import { expectRule, logProbabilityRule, targetRules } from "./rules.ts";

/** Options of `klDivergence`. */
export interface KLDivergenceOptions extends Omit<CommonLossOptions, "reduction">, UnitOptions {
	/** "batchMean" divides by the number of examples, which gives the mean divergence; "mean" by that of elements. Default "batchMean". */
	readonly reduction?: AnyReduction;
	/** Whether targets are log-probabilities too. Default false. */
	readonly logTarget?: boolean;
}

/** A class of target probability 0 takes no part, even where its log-probability is −∞. */
const plain = formula("klDivergence", (x, t) => {
	const isZero = scalars.eq(t, 0);
	return scalars.select(isZero, 0, t.mul(scalars.log(scalars.select(isZero, 1, t)).sub(x)));
});

const logarithmic = formula("klDivergence", (x, t) => {
	const isZero = scalars.eq(t, Number.NEGATIVE_INFINITY);
	return scalars.select(isZero, 0, scalars.exp(t).mul(scalars.select(isZero, 0, t).sub(x)));
});

/**
 * Σ t · (log t − x), x the predicted log-probabilities and t the target probabilities, both `[n, …]`.
 *
 * Its reduction is "batchMean" where PyTorch's default, "mean", divides by the number of elements. Where t is 0 the term is 0 even if x is
 * −∞, for which PyTorch gives NaN.
 */
export const klDivergence = defineLoss<KLDivergenceOptions>({
	name: "klDivergence",
	formula: "Σ t (log t − x)",
	source: "Kullback & Leibler 1951",
	torch: "nn.KLDivLoss",
	aliases: ["kl", "klDiv"],
	target: "distribution",
	takesLogits: false,
	options: {
		...unitOptions,
		sampleWeights: commonOptions.sampleWeights,
		reduction: choiceOption("how losses become one number", ["batchMean", "mean", "sum", "none"], "batchMean"),
		logTarget: truthOption("whether targets are log-probabilities too", false),
	},
	compute(prediction, target, { reduction, sampleWeights, unit, logTarget, checksValues }) {
		checkPair("klDivergence", prediction, target);
		if (checksValues) expectRule("klDivergence", "target", target, logTarget ? logProbabilityRule : targetRules.distribution);
		return reduceElements(logTarget ? logarithmic : plain, [prediction, target], { reduction, sampleWeights, scale: unitScale(unit) });
	},
});
