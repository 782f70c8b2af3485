/** RMSProp, plain and centred, with or without momentum. */
import { atLeastZero, decayOption, truthOption } from "../../core/options.ts";
import { call, type Formula, formula, type Scalar } from "../../kernels/formula.ts";
import { sqrt } from "../../kernels/scalars/index.ts";
import { defineOptimizer } from "../technique.ts";

/** Options of `rmsProp`. */
export interface RmsPropOptions {
	/** Decay of the running mean of squares, in [0, 1). Default 0.99. */
	readonly alpha?: number;
	/** Whether the variance of the gradient takes the place of its square. Default false. */
	readonly centred?: boolean;
	/** Share of the velocity that is kept, in [0, 1). Default 0. */
	readonly momentum?: number;
	/** Added to the root. Default 1e-8. */
	readonly epsilon?: number;
}

/** Slots: square, mean if centred, velocity with momentum. Numbers: lr, keep, take, epsilon, momentum if there is one. */
function updateFormula(centred: boolean, withMomentum: boolean): Formula {
	const slotCount = 1 + (centred ? 1 : 0) + (withMomentum ? 1 : 0);
	const build = (p: Scalar, g: Scalar, ...rest: Scalar[]): Scalar[] => {
		const slots = rest.slice(0, slotCount);
		const [lr, keep, take, epsilon, momentum] = rest.slice(slotCount);
		const square = keep.mul(slots[0]).add(take.mul(g.square()));
		const mean = centred ? keep.mul(slots[1]).add(take.mul(g)) : null;
		const spread = mean === null ? square : square.sub(mean.square());
		const scaled = g.div(call(sqrt, spread).add(epsilon));
		const velocity = withMomentum ? momentum.mul(slots[slotCount - 1]).add(scaled) : null;
		const states = [square, mean, velocity].filter((state) => state !== null);
		return [p.sub(lr.mul(velocity ?? scaled)), ...states];
	};
	return formula("rmsProp", build, 2 + slotCount + 4 + (withMomentum ? 1 : 0));
}

/** s ← α s + (1 − α) g², p ← p − lr · g / (√s + ε). */
export const rmsProp = defineOptimizer<RmsPropOptions>({
	name: "rmsProp",
	formula: "s ← α s + (1 − α) g², p ← p − lr · g / (√s + ε)",
	source: "Tieleman & Hinton 2012, lecture 6.5; centred: Graves 2013, arXiv:1308.0850",
	torch: "optim.RMSprop",
	aliases: ["rmsprop"],
	defaults: { lr: 0.01 },
	options: {
		alpha: decayOption("decay of the running mean of squares", 0.99),
		centred: truthOption("whether the variance of the gradient takes the place of its square", false),
		momentum: decayOption("share of the velocity that is kept", 0),
		epsilon: atLeastZero("added to the root", 1e-8),
	},
	rule: ({ alpha, centred, momentum, epsilon }) => ({
		slots: { square: 0, ...(centred ? { mean: 0 } : {}), ...(momentum > 0 ? { velocity: 0 } : {}) },
		formula: updateFormula(centred, momentum > 0),
		...(momentum > 0 ? { momentum } : {}),
		numbers: (given) => [given.lr, alpha, 1 - alpha, epsilon, ...(momentum > 0 ? [given.momentum] : [])],
	}),
});
