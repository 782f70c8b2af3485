/** Gradient descent, with momentum (Polyak 1964) and Nesterov's variant (Sutskever et al. 2013, in PyTorch's form). */
import { ArgumentError } from "../../core/errors.ts";
import { decayOption, truthOption } from "../../core/options.ts";
import { formula } from "../../kernels/formula.ts";
import type { UpdateRule } from "../elementwise.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `sgd`. */
export interface SgdOptions {
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
export const sgd = defineOptimizer<SgdOptions>({
	name: "sgd",
	formula: "v ← μ v + g, p ← p − lr · v",
	source: "Robbins & Monro 1951; Polyak 1964; Nesterov 1983",
	torch: "optim.SGD",
	defaults: { lr: 0.01 },
	options: {
		momentum: decayOption("share of the velocity that is kept", 0),
		nesterov: truthOption("look ahead along the velocity", false),
	},
	rule({ momentum, nesterov }): UpdateRule {
		if (nesterov && momentum === 0) throw new ArgumentError("sgd: nesterov needs a momentum above 0.");
		if (momentum === 0) return { slots: {}, formula: plain, numbers: ({ lr }) => [lr] };
		return {
			slots: { velocity: 0 },
			formula: nesterov ? withNesterov : withMomentum,
			momentum,
			numbers: (given) => [given.lr, given.momentum],
		};
	},
});
