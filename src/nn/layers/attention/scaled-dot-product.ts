/** Scaled dot-product attention as a function of queries, keys and values. */
import { formula } from "../../../kernels/formula.ts";
import { scalars } from "../../../kernels/scalar-functions.ts";
import { mul } from "../../../tensor/ops/arithmetic.ts";
import { applyFormula } from "../../../tensor/ops/elementwise.ts";
import { matmul } from "../../../tensor/ops/matmul.ts";
import { where } from "../../../tensor/ops/select.ts";
import { softmax } from "../../../tensor/ops/softmax.ts";
import { transpose } from "../../../tensor/ops/views.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/**
 * In place of a score that may not be seen. Finite, for −∞ − −∞ in the softmax of a row without any key would be NaN; so low that beside a
 * true score its exponential is 0.
 */
const HIDDEN_SCORE = -1e30;

const hidden = formula("hiddenScores", (score, mask) => scalars.select(mask, score, HIDDEN_SCORE));

/** What `attend` gives. */
export interface Attended {
	/** `[…, queries, valueFeatures]` */
	readonly output: Tensor;
	/** How much of each key's value each query took, `[…, queries, keys]`: rows sum to 1, or are 0 where no key may be seen. */
	readonly weights: Tensor;
}

/** The operands of an attention. */
export interface AttentionOperands {
	/** `[…, queries, features]` */
	readonly query: Tensor;
	/** `[…, keys, features]` */
	readonly key: Tensor;
	/** `[…, keys, valueFeatures]` */
	readonly value: Tensor;
	/** Truths that broadcast to `[…, queries, keys]`, true where a query may attend; null for everywhere. */
	readonly mask: Tensor | null;
	/** Applied to the weights before the values are mixed. */
	readonly dropout: ((weights: Tensor) => Tensor) | null;
}

/**
 * softmax(query · keyᵀ / √features) · value. A query that may see no key gets 0, as do the gradients through it.
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762
 */
export function attend({ query, key, value, mask, dropout }: AttentionOperands): Attended {
	// Scaling the queries is cheaper than scaling all scores, and keeps the products small.
	const scores = matmul(mul(query, 1 / Math.sqrt(query.shape[query.rank - 1])), transpose(key));
	const weights = mask === null ? softmax(scores) : where(mask, softmax(applyFormula(hidden, [scores, mask])), 0);
	return { output: matmul(dropout === null ? weights : dropout(weights), value), weights };
}
