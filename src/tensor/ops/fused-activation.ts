/** Activations that run in the same pass as the operation before them. Only the result is kept, so the derivative must be one of the result. */
import { ArgumentError } from "../../core/errors.ts";
import type { Formula, GradientFormula } from "../../kernels/formula.ts";
import type { Tensor } from "../tensor.ts";
import { applyFormula, gradientRule, inPlace } from "./elementwise.ts";

/**
 * Checks that an activation can be fused into an operation of which derivatives will be asked.
 *
 * @throws ArgumentError if its derivative reads its input
 */
export function expectFusible(activation: Formula | null): void {
	if (activation !== null) ruleOf(activation);
}

/** grad · activation'(·) from the activation's result alone. It may take over the memory of `grad`, which must not be read again. */
export function activationGradient(activation: Formula, out: Tensor, grad: Tensor): Tensor {
	const rule = ruleOf(activation);
	const operands = rule.reads.length === 0 ? [grad] : [grad, out];
	const target = inPlace(grad, out.dtype);
	if (target === null) return applyFormula(rule.formula, operands);
	out.executor.kernels.map(rule.formula, operands, [target]);
	return target;
}

/** Whether a formula of one input can be fused: its derivative follows from its result. */
export function isFusible(activation: Formula): boolean {
	return gradientRule(activation, 1).reads.every((read) => read === "output");
}

function ruleOf(activation: Formula): GradientFormula {
	if (activation.arity !== 1) {
		throw new ArgumentError(`${activation.name} is no activation: expected a formula of one input, received one of ${activation.arity}.`);
	}
	const rule = gradientRule(activation, 1);
	if (isFusible(activation)) return rule;
	throw new ArgumentError(
		`${activation.name} cannot be fused: its derivative needs its input, which is not kept.\n  Try: apply it as an operation of its own.`,
	);
}
