/** What a loss is: a function of prediction and target with facts about it. One file each in this folder. */
import { anyOptions, type OptionSpec, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import type { Reduction } from "../../tensor/ops/sum-formula.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What a loss compares predictions with. */
export type LossTarget =
	/** Class indices int32 `[n]`; or one-hot rows or probabilities `[n, classes]`, where the loss takes them. */
	| "classes"
	/** 0 or 1 (or probabilities) of the prediction's shape. */
	| "binary"
	/** −1 or 1, of the prediction's shape. */
	| "signs"
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
	/**
	 * The loss with these options, for loops: options are checked once. Values of targets are looked at in the first 32 calls and in every
	 * 32nd after, which costs nothing on average: labels are wrong from the first batch on, and a stray NaN makes the loss NaN.
	 */
	withOptions(options?: object): LossFunction;
}

/** A loss with its options set: a scalar, or one loss an element or example with reduction "none". */
export interface LossFunction {
	(prediction: Tensor, target: Tensor): Tensor;
	/** What it compares predictions with, where that is known. */
	readonly target?: LossTarget;
	/** Whether predictions are logits, of which metrics need softmax or sigmoid. Default false. */
	readonly takesLogits?: boolean;
}

/** `huber(prediction, target, { delta: 2 })` computes it; `huber.source` names its paper. */
export type Loss<O> = Callable<(prediction: Tensor, target: Tensor, options?: O) => Tensor, LossTechnique>;

/** What a file in this folder states. */
export interface LossFacts<O> extends Omit<LossTechnique, "kind" | "options" | "withOptions"> {
	readonly options: OptionSpecs<O>;
	compute(prediction: Tensor, target: Tensor, options: GivenOptions<O>): Tensor;
}

/** Options as `compute` is given them. */
export type GivenOptions<O> = Resolved<O> & {
	/** Whether values are to be checked in this call, which takes a read; shapes always are. */
	readonly checksValues: boolean;
};

/** See `LossTechnique.withOptions`. */
const CHECK_INTERVAL = 32;

/** Options that every loss has. */
export interface CommonLossOptions {
	/** Whether losses are averaged, summed or returned one by one. Default "mean". */
	readonly reduction?: Reduction;
	/**
	 * `[n]`, ≥ 0: what each example counts. A mean divides by the sum of the weights, so that their scale does not matter; PyTorch has
	 * none. They get no gradient. Default: all count alike.
	 */
	readonly sampleWeights?: Tensor | null;
}

/** The option of losses that are log-likelihoods. */
export interface UnitOptions {
	/** "bits" divides by ln 2. Default "nats". */
	readonly unit?: "nats" | "bits";
}

/** The option `reduction`. */
export const reductionOption: OptionSpec = {
	kind: "choice",
	about: "how losses become one number",
	choices: ["mean", "sum", "none"],
	default: "mean",
};

/** Specs of `CommonLossOptions`. */
export const commonOptions: OptionSpecs<CommonLossOptions> = {
	reduction: reductionOption,
	sampleWeights: { kind: "code", about: "what each example counts, a tensor [n]", default: null },
};

/** Specs of `UnitOptions`. */
export const unitOptions: OptionSpecs<UnitOptions> = {
	unit: { kind: "choice", about: "unit of the loss", choices: ["nats", "bits"], default: "nats" },
};

/** What a loss in nats is multiplied with. */
export function unitScale(unit: "nats" | "bits"): number {
	return unit === "bits" ? Math.LOG2E : 1;
}

/**
 * Makes a loss known by name, from inside the package or outside. For a loss of single elements see `defineElementwiseLoss`.
 */
export function defineLoss<O extends object>(facts: LossFacts<O>): Loss<O> {
	const { compute, ...technique } = facts;
	const resolve = (options: O | undefined): GivenOptions<O> => ({
		...resolveOptions(facts.name, facts.options, options),
		checksValues: true,
	});
	const withOptions = (options?: object): LossFunction => {
		const checked = resolve(options as O | undefined);
		const unchecked = { ...checked, checksValues: false };
		let callCount = 0;
		const loss = (prediction: Tensor, target: Tensor): Tensor => {
			const checks = callCount < CHECK_INTERVAL || callCount % CHECK_INTERVAL === 0;
			callCount++;
			return compute(prediction, target, checks ? checked : unchecked);
		};
		return Object.assign(loss, { target: facts.target, takesLogits: facts.takesLogits });
	};
	const run = (prediction: Tensor, target: Tensor, options?: O): Tensor => compute(prediction, target, resolve(options));
	return callable(run, { ...technique, kind: "loss" as const, options: anyOptions(facts.options), withOptions });
}
