/** What a loss is: a function of prediction and target with facts about it. One file each in this folder. */
import { anyOptions, type OptionSpec, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What a loss compares predictions with. */
export type LossTarget =
	/** Class indices int32 `[n]`, or probabilities `[n, classes]`. */
	| "classes"
	/** 0 or 1 (or probabilities) of the prediction's shape. */
	| "binary"
	/** Numbers of the prediction's shape. */
	| "values"
	/** Probabilities or log-probabilities of the prediction's shape. */
	| "distribution";

/** A loss of the shelf. */
export interface LossTechnique extends Technique {
	readonly kind: "loss";
	readonly target: LossTarget;
	/** Whether predictions are logits: the loss applies softmax or sigmoid itself. */
	readonly takesLogits: boolean;
}

/** A loss with its options set: a scalar, or one loss an element or example with reduction "none". */
export type LossFunction = (prediction: Tensor, target: Tensor) => Tensor;

/** `huber(prediction, target, { delta: 2 })` computes it; `huber.source` names its paper. */
export type Loss<O> = Callable<(prediction: Tensor, target: Tensor, options?: O) => Tensor, LossTechnique>;

/** What a file in this folder states. */
export interface LossFacts<O> extends Omit<LossTechnique, "kind" | "options"> {
	readonly options: OptionSpecs<O>;
	compute(prediction: Tensor, target: Tensor, options: Resolved<O>): Tensor;
}

/** The option `reduction`, which every loss has. */
export const reductionOption: OptionSpec = {
	kind: "choice",
	about: "how losses become one number",
	choices: ["mean", "sum", "none"],
	default: "mean",
};

/** Makes a loss known by name, from inside the package or outside. */
export function defineLoss<O extends object>(facts: LossFacts<O>): Loss<O> {
	const { compute, ...technique } = facts;
	const run = (prediction: Tensor, target: Tensor, options?: O): Tensor =>
		compute(prediction, target, resolveOptions(facts.name, facts.options, options));
	return callable(run, { ...technique, kind: "loss" as const, options: anyOptions(facts.options) });
}
