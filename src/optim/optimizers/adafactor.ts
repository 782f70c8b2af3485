/** Adafactor: second moments of matrices kept as one number a row and one a column. */
import { numberOption, positive } from "../../core/options.ts";
import { call, formula } from "../../kernels/formula.ts";
import { maximum, rsqrt, sqrt } from "../../kernels/scalars/index.ts";
import { add, square } from "../../tensor/ops/arithmetic.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { mean } from "../../tensor/ops/reduce.ts";
import { reshape } from "../../tensor/ops/views.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { defineTensorOptimizer } from "../technique.ts";
import { mapInto, type TensorStep } from "../tensorwise.ts";

/** Options of `adafactor`; `lr` is the largest relative step. */
export interface AdafactorOptions {
	/** c in β₂ at step t = 1 − t^−c, in (0, 1). Default 0.8. */
	readonly decayPower?: number;
	/** Added to squared gradients. Default 1e-30. */
	readonly epsilon?: number;
	/** Least size of a parameter that a relative step is taken of. Default 1e-3. */
	readonly leastScale?: number;
	/** Bound on the root mean square of an update before the rate. Default 1. */
	readonly clipThreshold?: number;
}

const lerp = formula("adafactorMoment", (kept, fresh, keep, take) => keep.mul(kept).add(take.mul(fresh)));
const scaledByRoot = formula("adafactorUpdate", (g, moment) => g.mul(call(rsqrt, moment)));
// Row moments are divided by their mean before the product: moments near ε = 1e-30 would multiply to 0 in float32.
const scaledByFactors = formula("adafactorUpdate", (g, row, rowMean, column) =>
	g.mul(call(rsqrt, row.div(rowMean))).mul(call(rsqrt, column)),
);
const move = formula("adafactorMove", (p, u, valueSquare, updateSquare, rate, leastScale, threshold) => {
	const size = call(maximum, call(sqrt, valueSquare), leastScale);
	const excess = call(maximum, call(sqrt, updateSquare).div(threshold), 1);
	return p.sub(rate.mul(size).mul(u.div(excess)));
});

/**
 * α = min(lr, 1/√t) · max(ε₂, RMS(p)), p ← p − α · u / max(1, RMS(u) / d) with u = g / √v. Of a matrix `[out, rest]` v is the product of row and
 * column means over the mean of all; smaller parameters keep v whole. Kernels `[out, in, h, w]` count as `[out, in · h · w]`. No momentum.
 */
export const adafactor = defineTensorOptimizer<AdafactorOptions>({
	name: "adafactor",
	formula: "p ← p − min(lr, 1/√t) · max(ε₂, RMS(p)) · u / max(1, RMS(u) / d), u = g / √(v_row ⊗ v_column / mean v)",
	source: "Shazeer & Stern 2018, arXiv:1804.04235",
	torch: null,
	defaults: { lr: 1e-2 },
	options: {
		decayPower: numberOption("c in β₂ at step t = 1 − t^−c", 0.8, { above: 0, below: 1 }),
		epsilon: positive("added to squared gradients", 1e-30),
		leastScale: positive("least size of a parameter that a relative step is taken of", 1e-3),
		clipThreshold: positive("bound on the root mean square of an update before the rate", 1),
	},
	rule: ({ decayPower, epsilon, leastScale, clipThreshold }) => ({
		slots: (_, { shape, size }): Record<string, number[]> =>
			shape.length < 2 ? { square: [...shape] } : { row: [shape[0], 1], column: [1, size / Math.max(1, shape[0])] },
		update(given) {
			const { value, gradient, step, lr } = given;
			const take = step ** -decayPower;
			const fresh = add(square(gradient), epsilon);
			const update = value.rank < 2 ? wholeUpdate(given, fresh, take) : factoredUpdate(given, fresh, take);
			const rate = Math.min(lr, 1 / Math.sqrt(step));
			mapInto(move, [value, update, mean(square(value)), mean(square(update)), rate, leastScale, clipThreshold], [value]);
		},
	}),
});

function wholeUpdate({ gradient, slots: { square: moment } }: TensorStep, fresh: Tensor, take: number): Tensor {
	mapInto(lerp, [moment, fresh, 1 - take, take], [moment]);
	return applyFormula(scaledByRoot, [gradient, moment]);
}

function factoredUpdate({ gradient, slots: { row, column } }: TensorStep, fresh: Tensor, take: number): Tensor {
	const matrix = reshape(fresh, [row.size, column.size]);
	mapInto(lerp, [row, mean(matrix, 1, { keepDims: true }), 1 - take, take], [row]);
	mapInto(lerp, [column, mean(matrix, 0, { keepDims: true }), 1 - take, take], [column]);
	const update = applyFormula(scaledByFactors, [reshape(gradient, matrix.shape), row, mean(row), column]);
	return reshape(update, gradient.shape);
}
