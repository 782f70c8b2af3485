/** The hinge loss over several classes. */
import { integerOption, positive } from "../../core/options.ts";
import { type Formula, formula } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { constantTensor, range } from "../../tensor/create.ts";
import { expectAxes } from "../../tensor/ops/checks.ts";
import { toClassTargets } from "../../tensor/ops/class-targets.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { gather } from "../../tensor/ops/gather.ts";
import { sumFormula } from "../../tensor/ops/sum-formula.ts";
import { unsqueeze } from "../../tensor/ops/views.ts";
import { expectTensor } from "../../tensor/tensor.ts";
import { type CommonLossOptions, commonOptions, defineLoss } from "./loss.ts";
import { expectSome, reduceExamples } from "./reduce.ts";

/** Options of `multiMargin`. */
export interface MultiMarginOptions extends CommonLossOptions {
	/** Lead of the right class from which on nothing is lost, > 0. Default 1. */
	readonly margin?: number;
	/** 1, or 2 for squares. Default 1. */
	readonly power?: 1 | 2;
}

/** max(0, margin − x_y + x_c)^power / classes, nothing for the right class itself. */
function termOf(power: 1 | 2): Formula {
	return formula("multiMargin", (x, own, label, index, margin, classes) => {
		const short = scalars.relu(margin.sub(own).add(x));
		return scalars.select(scalars.eq(label, index), 0, (power === 2 ? short.square() : short).div(classes));
	});
}

const terms = { 1: termOf(1), 2: termOf(2) } as const;

/** Σ over the other classes c of max(0, margin − x_y + x_c)^power / classes. Scores `[n, classes]`, class indices int32 `[n]`. */
export const multiMargin = defineLoss<MultiMarginOptions>({
	name: "multiMargin",
	formula: "Σ_{c ≠ y} max(0, m − x_y + x_c)^p / C",
	source: "Weston & Watkins 1999",
	torch: "nn.MultiMarginLoss",
	target: "classes",
	takesLogits: false,
	options: {
		...commonOptions,
		margin: positive("lead of the right class from which on nothing is lost", 1),
		power: integerOption("1, or 2 for squares", 1, { min: 1, max: 2 }),
	},
	compute(scores, target, { reduction, sampleWeights, margin, power }) {
		expectTensor(scores, "multiMargin");
		expectTensor(target, "multiMargin");
		expectAxes(scores, "multiMargin", "scores", ["n", "classes"]);
		return composed([scores], () => {
			if (reduction === "mean") expectSome("multiMargin", scores.shape);
			const { executor, dtype, shape } = scores;
			// No label is ignored: the smallest int32 is no class, and nobody's mark.
			const { labels } = toClassTargets("multiMargin", scores, target, { ignoreIndex: -(2 ** 31) });
			const column = unsqueeze(labels, 1);
			const numbers = [margin, shape[1]].map((value) => constantTensor(executor, dtype, value));
			const inputs = [scores, gather(scores, column, 1), column, range(0, shape[1], { executor }), ...numbers];
			return reduceExamples("multiMargin", sumFormula(terms[power], inputs, { axes: [1] }), { reduction, sampleWeights });
		});
	},
});
