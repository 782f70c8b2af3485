/** Multi-head attention. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { decayOption, integerOption, truthOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { permute, reshape, toContiguous } from "../../tensor/ops/views.ts";
import { randomUniform } from "../../tensor/random.ts";
import { expectTensor, type Tensor } from "../../tensor/tensor.ts";
import { fansOf } from "../init/fans.ts";
import { Module } from "../module.ts";
import { type AttentionMasks, joinMasks } from "./attention/masks.ts";
import { type Attended, attend } from "./attention/scaled-dot-product.ts";
import { expectLength, expectRank } from "./checks.ts";
import { checkRate } from "./drop-rate.ts";
import { Dropout } from "./dropout.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { Linear } from "./linear.ts";
import { featuresOf } from "./sequence-shape.ts";

/** Options of `MultiHeadAttention`. */
export interface MultiHeadAttentionOptions {
	/** Where the first weights are drawn from; dropout has a stream of its own, named by a draw from it. */
	readonly rng: RandomStream;
	/** Attentions side by side, each over features / heads values; divides the features. */
	readonly heads: number;
	/** Probability that a weight of the attention is dropped while training, 0 ≤ p < 1. Default 0. */
	readonly dropout?: number;
	/** Whether the four projections have biases. Default true. */
	readonly bias?: boolean;
	/** Whether query i sees keys 0 … i only, unless a call says otherwise. Default false. */
	readonly causal?: boolean;
	/** Features of keys. Default those of queries. */
	readonly keyFeatures?: number;
	/** Features of values. Default those of keys. */
	readonly valueFeatures?: number;
}

/** What an attention may be given besides its queries. */
export interface AttentionInputs extends AttentionMasks {
	/** `[batch, keys, keyFeatures]`. Default: the queries, which is self-attention. */
	readonly key?: Tensor;
	/** `[batch, keys, valueFeatures]`. Default: the keys. */
	readonly value?: Tensor;
}

/**
 * Each head mixes the values by softmax(q kᵀ / √d) of its own projections of queries and keys; the heads' results side by side are
 * projected once more: `[batch, queries, features]` → the same. In masks **true means: may attend**, the opposite of PyTorch's
 * `key_padding_mask` and `attn_mask`; a query that may see no key gets 0 before the last projection, where PyTorch gives NaN.
 *
 * Parameters are `query`, `key`, `value` and `output`, each with `weight` and `bias`; PyTorch stacks the first three as `in_proj_weight`
 * and `in_proj_bias` and calls the last `out_proj`. First weights have PyTorch's distributions; biases start at 0.
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762
 * @example
 * const attention = new MultiHeadAttention(64, { heads: 4, rng: new RandomStream(42) });
 * attention.forward(x, { causal: true });
 * attention.forward(x, { key: memory, keyMask: tokens.ne(0) });
 */
export class MultiHeadAttention extends Module {
	readonly features: number;
	readonly heads: number;
	readonly causal: boolean;
	readonly query: Linear;
	readonly key: Linear;
	readonly value: Linear;
	readonly output: Linear;
	readonly dropout: Dropout | null;

	/** @throws ArgumentError if the heads do not divide the features */
	constructor(features: number, options: MultiHeadAttentionOptions) {
		super();
		const attempt = "new MultiHeadAttention(64, { heads: 4, rng: new RandomStream(42) })";
		const { rng, heads, dropout = 0, bias = true, causal = false } = layerOptions("multiHeadAttention", options, attempt);
		const { keyFeatures = features, valueFeatures = keyFeatures } = options;
		const counts = { features, heads, keyFeatures, valueFeatures };
		for (const [what, count] of Object.entries(counts)) expectInteger(count, "multiHeadAttention", what, 1);
		if (features % heads !== 0) throw uneven(features, heads);
		this.features = features;
		this.heads = heads;
		this.causal = causal;
		const project = (inFeatures: number): Linear => new Linear(inFeatures, features, { rng, bias, weightInit: stackedXavier });
		this.query = project(features);
		this.key = project(keyFeatures);
		this.value = project(valueFeatures);
		this.output = new Linear(features, features, { rng, bias, weightInit: "fanInUniform" });
		this.dropout = checkRate(dropout, "multiHeadAttention") > 0 ? new Dropout({ p: dropout, rng }) : null;
	}

	/** The attended values, `[batch, queries, features]`. */
	override forward(x: Tensor, given: AttentionInputs = {}): Tensor {
		return this.#attend(x, given).output;
	}

	/** The same with the weights of the attention, `[batch, heads, queries, keys]`, before dropout. */
	run(x: Tensor, given: AttentionInputs = {}): Attended {
		return this.locating([x], () => this.#attend(x, given));
	}

	override describe(): string {
		return `attention of ${this.heads} heads over ${this.features}${this.causal ? ", causal" : ""}`;
	}

	/** Scores and mixing where an input attends to itself; the projections count their own. */
	override multiplyAdds([batch, time]: readonly number[]): number {
		return 2 * batch * time * time * this.features;
	}

	#attend(x: Tensor, { key = x, value = key, keyMask, mask, causal = this.causal }: AttentionInputs): Attended {
		this.#check(x, key, value);
		const [batch, queries] = x.shape;
		const sizes = { batch, heads: this.heads, queries, keys: key.shape[1] };
		const { output, weights } = attend({
			query: this.#split(this.query.forward(x)),
			key: this.#split(this.key.forward(key)),
			value: this.#split(this.value.forward(value)),
			mask: joinMasks({ keyMask, mask, causal }, x, sizes),
			dropout: this.dropout === null ? null : this.dropout.forward.bind(this.dropout),
		});
		const joined = reshape(permute(output, [0, 2, 1, 3]), [batch, queries, this.features]);
		return { output: this.output.forward(joined), weights };
	}

	/** `[batch, time, features]` as `[batch, heads, time, features / heads]`. */
	#split(x: Tensor): Tensor {
		const [batch, time] = x.shape;
		// Contiguous, so that the products below can walk it as one stack of matrices.
		return toContiguous(permute(reshape(x, [batch, time, this.heads, this.features / this.heads]), [0, 2, 1, 3]));
	}

	#check(x: Tensor, key: Tensor, value: Tensor): void {
		for (const one of [x, key, value]) {
			expectTensor(one, "multiHeadAttention");
			expectRank(one, "[batch, time, features]");
		}
		expectLength(x, -1, this.features, "features");
		if (key !== x) expectLength(key, -1, this.key.inFeatures, "keyFeatures");
		if (value !== key) expectLength(value, -1, this.value.inFeatures, "valueFeatures");
		if (key.shape[0] === x.shape[0] && value.shape[0] === x.shape[0] && key.shape[1] === value.shape[1]) return;
		throw new ShapeError(
			`  Expected keys and values of one length for each of ${x.shape[0]} examples, ` +
				`received ${formatShape(key.shape)} and ${formatShape(value.shape)}.`,
		);
	}
}

function uneven(features: number, heads: number): ArgumentError {
	const divisors = Array.from({ length: Math.min(features, 64) }, (_, i) => i + 1).filter((count) => features % count === 0);
	return new ArgumentError(
		`multiHeadAttention: expected heads to divide the features, received ${heads} heads for ${features} features.\n` +
			`  Try: ${divisors.join(", ")}.`,
	);
}

/** Xavier's bound for the three projections as one matrix `[3 · features, in]`, as PyTorch draws them. */
function stackedXavier(shape: Shape, rng: RandomStream): Tensor {
	const { fanIn, fanOut } = fansOf(shape, "multiHeadAttention");
	const bound = Math.sqrt(6 / (fanIn + 3 * fanOut));
	return randomUniform(shape, rng, { low: -bound, high: bound });
}

/** Options of `multiHeadAttention` in a config. */
interface MultiHeadAttentionConfig {
	readonly heads: number;
	readonly dropout?: number;
	readonly bias?: boolean;
	readonly causal?: boolean;
}

/** `{ multiHeadAttention: { heads: 4 } }` */
export const multiHeadAttentionLayer = defineLayer<MultiHeadAttentionConfig>({
	name: "multiHeadAttention",
	formula: "softmax(q kᵀ / √d) · v in each head",
	source: "Vaswani et al. 2017, arXiv:1706.03762",
	torch: "nn.MultiheadAttention",
	aliases: ["attention", "selfAttention"],
	shorthand: "heads",
	options: {
		heads: integerOption("attentions side by side; divides the features", undefined, { min: 1 }),
		dropout: decayOption("probability that a weight of the attention is dropped while training", 0),
		bias: truthOption("whether the projections have biases", true),
		causal: truthOption("whether a step sees itself and those before it only", false),
	},
	create: (options, { inputShape, rng }) => new MultiHeadAttention(featuresOf("multiHeadAttention", inputShape), { ...options, rng }),
});
