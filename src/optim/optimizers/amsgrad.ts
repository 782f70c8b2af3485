/** AMSGrad. */
import { call, formula } from "../../kernels/formula.ts";
import { maximum, sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";
import { type AdamOptions, adamOptions, adamRule } from "./adam.ts";

/** Takes the numbers of `adamRule`. */
const update = formula("amsgrad", (p, g, mean, square, largest, stepSize, inverseRoot, keep1, take1, keep2, take2, epsilon) => {
	const nextMean = keep1.mul(mean).add(take1.mul(g));
	const nextSquare = keep2.mul(square).add(take2.mul(g.square()));
	const nextLargest = call(maximum, largest, nextSquare);
	const denominator = call(sqrt, nextLargest).mul(inverseRoot).add(epsilon);
	return [p.sub(stepSize.mul(nextMean).div(denominator)), nextMean, nextSquare, nextLargest];
});

/** Adam whose second moment is the largest so far: rates never rise again. */
export const amsgrad = defineOptimizer<AdamOptions>({
	name: "amsgrad",
	formula: "p ← p − lr · m̂ / (√max v̂ + ε)",
	source: "Reddi, Kale & Kumar 2018, arXiv:1904.09237",
	torch: "optim.Adam(amsgrad=True)",
	aliases: ["amsGrad"],
	defaults: { lr: 1e-3 },
	options: adamOptions,
	rule: (options) => ({ ...adamRule(options), slots: { mean: 0, square: 0, largestSquare: 0 }, formula: update }),
});
