/** NAdam: Adam with Nesterov's momentum. */
import { atLeastZero } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";
import { type AdamOptions, adamOptions } from "./adam.ts";

/** Options of `nAdam`. */
export interface NAdamOptions extends AdamOptions {
	/** How fast momentum rises from β₁ / 2 to β₁. Default 4e-3. */
	readonly momentumDecay?: number;
}

const update = formula("nAdam", (p, g, mean, square, ofGradient, ofMean, inverseRoot, keep1, take1, keep2, take2, epsilon) => {
	const nextMean = keep1.mul(mean).add(take1.mul(g));
	const nextSquare = keep2.mul(square).add(take2.mul(g.square()));
	const denominator = call(sqrt, nextSquare).mul(inverseRoot).add(epsilon);
	return [p.sub(ofGradient.mul(g).add(ofMean.mul(nextMean)).div(denominator)), nextMean, nextSquare];
});

/** p ← p − lr · (next momentum's share of m + this one's share of g) / (√v̂ + ε), with momentum μ_t = β₁ (1 − ½ · 0.96^(t · ψ)). */
export const nAdam = defineOptimizer<NAdamOptions>({
	name: "nAdam",
	formula: "p ← p − lr · (μ₊ m / (1 − Πμ₊) + (1 − μ) g / (1 − Πμ)) / (√v̂ + ε)",
	source: "Dozat 2016, ICLR workshop",
	torch: "optim.NAdam",
	aliases: ["nadam"],
	defaults: { lr: 2e-3 },
	options: { ...adamOptions, momentumDecay: atLeastZero("how fast momentum rises from β₁ / 2 to β₁", 4e-3) },
	rule: ({ betas: [beta1, beta2], epsilon, momentumDecay }) => ({
		slots: { mean: 0, square: 0 },
		formula: update,
		momentum: beta1,
		memory: { momentumProduct: 1 },
		numbers({ step, lr, momentum, memory }) {
			const at = (t: number): number => momentum * (1 - 0.5 * 0.96 ** (t * momentumDecay));
			const [now, next] = [at(step), at(step + 1)];
			memory.momentumProduct *= now;
			const ofGradient = (lr * (1 - now)) / (1 - memory.momentumProduct);
			const ofMean = (lr * next) / (1 - memory.momentumProduct * next);
			const inverseRoot = 1 / Math.sqrt(1 - beta2 ** step);
			return [ofGradient, ofMean, inverseRoot, momentum, 1 - momentum, beta2, 1 - beta2, epsilon];
		},
	}),
});
