/** AdaGrad. */
import { atLeastZero } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `adagrad`. */
export interface AdagradOptions {
	/** The rate is divided by 1 + (t − 1) · lrDecay. Default 0. */
	readonly lrDecay?: number;
	/** Sum of squares at the start. Default 0. */
	readonly initialSum?: number;
	/** Added to the root. Default 1e-10. */
	readonly epsilon?: number;
}

const update = formula("adagrad", (p, g, sum, lr, epsilon) => {
	const next = sum.add(g.square());
	return [p.sub(lr.mul(g).div(call(sqrt, next).add(epsilon))), next];
});

/** s ← s + g², p ← p − lr · g / (√s + ε): parameters that moved much move less. */
export const adagrad = defineOptimizer<AdagradOptions>({
	name: "adagrad",
	formula: "s ← s + g², p ← p − lr · g / (√s + ε)",
	source: "Duchi, Hazan & Singer 2011, JMLR 12",
	torch: "optim.Adagrad",
	aliases: ["adaGrad"],
	defaults: { lr: 0.01 },
	options: {
		lrDecay: atLeastZero("the rate is divided by 1 + (t − 1) · lrDecay", 0),
		initialSum: atLeastZero("sum of squares at the start", 0),
		epsilon: atLeastZero("added to the root", 1e-10),
	},
	rule: ({ lrDecay, initialSum, epsilon }) => ({
		slots: { sum: initialSum },
		formula: update,
		numbers: ({ step, lr }) => [lr / (1 + (step - 1) * lrDecay), epsilon],
	}),
});
