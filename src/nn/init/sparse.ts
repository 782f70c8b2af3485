/** Weights most of which are 0. */
import { ArgumentError } from "../../core/errors.ts";
import { atLeastZero, decayOption } from "../../core/options.ts";
import { formatShape } from "../../core/shape.ts";
import { tensor } from "../../tensor/create.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `sparse`. */
export interface SparseOptions {
	/** Part of each column that is 0, 0 ≤ sparsity < 1; the number of zeros is rounded up. */
	readonly sparsity: number;
	/** Standard deviation of the others, ≥ 0. Default 0.01. */
	readonly std?: number;
}

/** 0.07 · 100 is a little more than 7 in float64: products this close to a whole number are that number. */
const PRODUCT_ROUNDING = 1e-9;

/** N(0, std²) with ⌈sparsity · out⌉ zeros at random places in each column of a weight `[out, in]`: each input feeds a few units only. */
export const sparse = defineInitializer<SparseOptions>({
	name: "sparse",
	formula: "N(0, std²), ⌈sparsity · out⌉ of each column 0",
	source: "Martens 2010, Deep learning via Hessian-free optimization",
	torch: "nn.init.sparse_",
	options: { sparsity: decayOption("part of each column that is 0"), std: atLeastZero("standard deviation of the others", 0.01) },
	distribution: ({ std }) => ({ kind: "normal", mean: 0, std }),
	fill: (shape, rng, { sparsity, std }) => {
		if (shape.length > 2) throw new ArgumentError(`sparse: expected a weight of two axes [out, in], received shape ${formatShape(shape)}.`);
		fansOf(shape, "sparse");
		const [out, inputs] = shape;
		const zeroCount = Math.ceil(sparsity * out - PRODUCT_ROUNDING);
		const values = rng.draw({ kind: "normal", mean: 0, std }, out * inputs);
		for (let column = 0; column < inputs; column++) {
			for (const row of rng.permutation(out).subarray(0, zeroCount)) values[row * inputs + column] = 0;
		}
		return tensor(values, { shape });
	},
});
