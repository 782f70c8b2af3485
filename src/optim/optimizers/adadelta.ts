/** AdaDelta. */
import { atLeastZero, decayOption } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `adadelta`. */
export interface AdadeltaOptions {
	/** Decay of both running means, in [0, 1). Default 0.9. */
	readonly rho?: number;
	/** Added under both roots. Default 1e-6. */
	readonly epsilon?: number;
}

const update = formula("adadelta", (p, g, square, change, lr, keep, take, epsilon) => {
	const nextSquare = keep.mul(square).add(take.mul(g.square()));
	const delta = call(sqrt, change.add(epsilon))
		.div(call(sqrt, nextSquare.add(epsilon)))
		.mul(g);
	return [p.sub(lr.mul(delta)), nextSquare, keep.mul(change).add(take.mul(delta.square()))];
});

/** Steps in the units of the parameters: p ← p − lr · RMS(Δ) / RMS(g) · g. */
export const adadelta = defineOptimizer<AdadeltaOptions>({
	name: "adadelta",
	formula: "p ← p − lr · √(d + ε) / √(s + ε) · g",
	source: "Zeiler 2012, arXiv:1212.5701",
	torch: "optim.Adadelta",
	aliases: ["adaDelta"],
	defaults: { lr: 1 },
	options: { rho: decayOption("decay of both running means", 0.9), epsilon: atLeastZero("added under both roots", 1e-6) },
	rule: ({ rho, epsilon }) => ({
		slots: { square: 0, change: 0 },
		formula: update,
		numbers: ({ lr }) => [lr, rho, 1 - rho, epsilon],
	}),
});
