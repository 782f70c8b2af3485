/** Regularization as terms of the loss, for people who want it in the number they watch; optimizers have the same as options, at no cost. */
import { choiceOption, numberOption, type OptionSpecs, resolveOptions } from "../core/options.ts";
import { currentExecutor } from "../tensor/context.ts";
import { zeros } from "../tensor/create.ts";
import { abs, add, mul, square } from "../tensor/ops/arithmetic.ts";
import { sum } from "../tensor/ops/reduce.ts";
import { type NamedTensors, ParameterBlock } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Trainable } from "./optimizer.ts";

/** Options of all penalties. */
export interface PenaltyOptions {
	/** "matrices" leaves out parameters of fewer than two axes, which are biases and scales of normalisation. Default "matrices". */
	readonly regularize?: "matrices" | "all";
}

/** Options of `elasticNetPenalty`. */
export interface ElasticNetOptions extends PenaltyOptions {
	/** λ₁ ≥ 0 of λ₁ ‖W‖₁. */
	readonly l1: number;
	/** λ₂ ≥ 0 of ½ λ₂ ‖W‖². */
	readonly l2: number;
}

const regularize = choiceOption("whether biases and scales of normalisation are left out", ["matrices", "all"], "matrices");
const strength = (about: string) => numberOption(about, undefined, { min: 0 });
const l2Specs: OptionSpecs<PenaltyOptions & { l2: number }> = { l2: strength("λ of ½ λ ‖W‖²"), regularize };
const l1Specs: OptionSpecs<PenaltyOptions & { l1: number }> = { l1: strength("λ of λ ‖W‖₁"), regularize };

/**
 * ½ λ ‖W‖², whose gradient is λ W; the same as an optimizer's option `l2`.
 *
 * @param l2 - λ ≥ 0
 * @returns a scalar to be added to the loss
 * @throws ArgumentError if λ is negative
 * @example
 * const total = loss(model.forward(x), y).add(l2Penalty(model.parameters(), 1e-4));
 */
export function l2Penalty(parameters: Trainable, l2: number, options: PenaltyOptions = {}): Tensor {
	const resolved = resolveOptions("l2Penalty", l2Specs, { ...options, l2 });
	return total(parameters, resolved.regularize, (w) => mul(sum(square(w)), l2 / 2));
}

/**
 * λ ‖W‖₁ = λ Σ |w|, whose gradient is λ sign(W), 0 at 0; the same as an optimizer's option `l1`.
 *
 * @param l1 - λ ≥ 0
 * @returns a scalar to be added to the loss
 * @throws ArgumentError if λ is negative
 */
export function l1Penalty(parameters: Trainable, l1: number, options: PenaltyOptions = {}): Tensor {
	const resolved = resolveOptions("l1Penalty", l1Specs, { ...options, l1 });
	return total(parameters, resolved.regularize, (w) => mul(sum(abs(w)), l1));
}

/**
 * λ₁ ‖W‖₁ + ½ λ₂ ‖W‖².
 *
 * @returns a scalar to be added to the loss
 * @throws ArgumentError if a λ is missing or negative
 * @see Zou & Hastie 2005, Journal of the Royal Statistical Society B 67
 */
export function elasticNetPenalty(parameters: Trainable, options: ElasticNetOptions): Tensor {
	const { l1, l2, regularize: what } = resolveOptions("elasticNetPenalty", { ...l1Specs, ...l2Specs }, options);
	return total(parameters, what, (w) => add(mul(sum(abs(w)), l1), mul(sum(square(w)), l2 / 2)));
}

function total(parameters: Trainable, what: "matrices" | "all", penalty: (w: Tensor) => Tensor): Tensor {
	const all = tensorsOf(parameters);
	const counted = all.filter(({ rank }) => what === "all" || rank >= 2);
	if (counted.length === 0) return zeros([], { executor: all[0]?.executor ?? currentExecutor() });
	return counted.map(penalty).reduce((a, b) => add(a, b));
}

/** The tensors of a block, a list or a record. */
export function tensorsOf(parameters: Trainable): Tensor[] {
	return parameters instanceof ParameterBlock
		? parameters.ranges.map(({ parameter }) => parameter)
		: Object.values(parameters as NamedTensors);
}
