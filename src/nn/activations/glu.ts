/** The gated linear unit. */
import { ShapeError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { formula } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { split } from "../../tensor/ops/join.ts";
import { defineWholeActivation } from "./activation.ts";

/** Options of `glu`. */
export interface GLUOptions {
	/** Axis that is halved; negative ones count from the end. Default −1. */
	readonly axis?: number;
}

const gated = formula("glu", (value, gate) => value.mul(scalars.sigmoid(gate)));

/** a · σ(b), a and b the two halves of the input along an axis, which the result halves. */
export const glu = defineWholeActivation<GLUOptions>({
	name: "glu",
	formula: "a · σ(b), [a, b] = x",
	source: "Dauphin et al. 2017, arXiv:1612.08083",
	torch: "nn.GLU",
	options: { axis: integerOption("axis that is halved", -1) },
	range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
	zeroCentred: true,
	saturates: "nowhere",
	// Gehring et al. 2017, arXiv:1705.03122, section 3.5: weights of variance 4 / fanIn before a GLU.
	gain: 2,
	apply: (x, { axis }) => {
		const at = normalizeAxis(axis, x.rank, "glu");
		if (x.shape[at] % 2 === 1) {
			throw new ShapeError(`glu: expected axis ${at} of ${formatShape(x.shape)} to be even: values and as many gates.`);
		}
		return composed([x], () => applyFormula(gated, split(x, [x.shape[at] / 2, x.shape[at] / 2], at)));
	},
});
