/** Cross-entropy of logits: softmax and log-likelihood in one. */
import { isFloating } from "../../core/dtype.ts";
import { integerOption, numberOption } from "../../core/options.ts";
import { sameShape } from "../../core/shape.ts";
import { mul } from "../../tensor/ops/arithmetic.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { to } from "../../tensor/ops/convert.ts";
import { crossEntropy as crossEntropyOp } from "../../tensor/ops/cross-entropy.ts";
import { expectTensor, type Tensor } from "../../tensor/tensor.ts";
import { checkClassTarget, checkProbabilities, checkSomeLabel, labelWeightSum } from "./class-checks.ts";
import { type CommonLossOptions, commonOptions, defineLoss, type UnitOptions, unitOptions, unitScale } from "./loss.ts";
import { expectSome, reduceExamples } from "./reduce.ts";

/** Options of losses over classes. */
export interface ClassOptions extends CommonLossOptions, UnitOptions {
	/** `[classes]`: factors of the losses by class; with class indices a mean divides by the sum of the factors used. Default 1 each. */
	readonly classWeights?: Tensor | null;
	/** Examples with this class index take no part. Default −100. */
	readonly ignoreIndex?: number;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyLossOptions extends ClassOptions {
	/** Part of the target that is spread evenly over all classes, 0 to 1 (Szegedy et al. 2016, arXiv:1512.00567). Default 0. */
	readonly labelSmoothing?: number;
}

/** Specs of `ClassOptions`. */
export const classOptions = {
	...commonOptions,
	...unitOptions,
	classWeights: { kind: "code", about: "factors of the losses by class, a tensor [classes]", default: null },
	ignoreIndex: integerOption("examples with this class index take no part", -100),
} as const;

/**
 * −Σ_c t_c · log softmax(logits)_c.
 *
 * Logits `[n, classes]` or `[n, classes, d…]`. Targets: class indices, int32 `[n]` or `[n, d…]`; or, of the logits' shape, one-hot rows
 * (of any type) or probabilities, which must add up to 1.
 */
export const crossEntropy = defineLoss<CrossEntropyLossOptions>({
	name: "crossEntropy",
	formula: "−Σ t · log softmax(x)",
	source: "Bridle 1990",
	torch: "nn.CrossEntropyLoss",
	aliases: ["softmaxCrossEntropy", "categoricalCrossEntropy"],
	target: "classes",
	takesLogits: true,
	options: { ...classOptions, labelSmoothing: numberOption("part of the target spread over all classes", 0, { min: 0, max: 1 }) },
	compute(logits, target, options) {
		const name = "crossEntropy";
		expectTensor(logits, name);
		expectTensor(target, name);
		checkClassTarget(name, logits, target);
		const { reduction, sampleWeights, unit, ignoreIndex, checksValues } = options;
		return composed([logits, target], () => {
			const dense = logits.rank >= 2 && sameShape(logits.shape, target.shape);
			const wanted = dense && !isFloating(target.dtype) ? to(target, logits.dtype) : target;
			if (dense && checksValues) checkProbabilities(name, wanted);
			if (reduction === "mean") dense ? expectSome(name, logits.shape) : checkSomeLabel(name, target, ignoreIndex);
			const plain = sampleWeights === null;
			const loss = crossEntropyOp(logits, wanted, { ...pick(options), reduction: plain ? reduction : "none" });
			if (plain) return unit === "bits" ? mul(loss, unitScale(unit)) : loss;
			const divisor = dense ? undefined : (weights: Tensor) => labelWeightSum(target, weights, options);
			return reduceExamples(name, loss, { reduction, sampleWeights, scale: unitScale(unit), divisor });
		});
	},
});

/** The options that the operation takes. */
function pick({
	classWeights,
	ignoreIndex,
	labelSmoothing,
}: Pick<CrossEntropyLossOptions, "classWeights" | "ignoreIndex" | "labelSmoothing">) {
	return { classWeights, ignoreIndex, labelSmoothing };
}
