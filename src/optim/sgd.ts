/** Gradient descent, with momentum (Polyak 1964) and Nesterov's variant (Sutskever et al. 2013, in PyTorch's form). */
import { ArgumentError } from "../core/errors.ts";
import { formula } from "../kernels/formula.ts";
import type { ParameterBlock } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Optimizer, type UpdateRule } from "./optimizer.ts";

/** Options of `sgd`. */
export interface SgdOptions {
	/** Learning rate. Default 0.01. */
	readonly lr?: number;
	/** Share of the velocity that is kept, in [0, 1). Default 0. */
	readonly momentum?: number;
	/** Look ahead along the velocity. Default false. */
	readonly nesterov?: boolean;
}

const plain = formula("sgd", (p, g, lr) => p.sub(lr.mul(g)));
const withMomentum = formula("momentum", (p, g, velocity, lr, momentum) => {
	const next = momentum.mul(velocity).add(g);
	return [p.sub(lr.mul(next)), next];
});
const withNesterov = formula("nesterov", (p, g, velocity, lr, momentum) => {
	const next = momentum.mul(velocity).add(g);
	return [p.sub(lr.mul(momentum.mul(next).add(g))), next];
});

/**
 * p ← p − lr · g; with momentum μ: v ← μ v + g, p ← p − lr · v.
 *
 * @throws ArgumentError for a momentum outside [0, 1) or Nesterov without momentum
 */
export function sgd(parameters: ParameterBlock | readonly Tensor[], options: SgdOptions = {}): Optimizer {
	const { lr = 0.01, momentum = 0, nesterov = false } = options;
	if (!(momentum >= 0 && momentum < 1)) throw new ArgumentError(`sgd: expected a momentum in [0, 1), received ${momentum}.`);
	if (nesterov && momentum === 0) throw new ArgumentError("sgd: nesterov needs a momentum above 0.");
	const rule: UpdateRule =
		momentum === 0
			? { name: "sgd", slots: [], formula: plain, numbers: (_, rate) => [rate] }
			: { name: "sgd", slots: ["velocity"], formula: nesterov ? withNesterov : withMomentum, numbers: (_, rate) => [rate, momentum] };
	return new Optimizer(parameters, rule, lr);
}
