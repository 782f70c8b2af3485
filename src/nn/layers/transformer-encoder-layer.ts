/** One block of a transformer's encoder. */
import type { RandomStream } from "../../core/random/index.ts";
import type { Named } from "../../core/technique.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activation } from "../activations/index.ts";
import { Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import type { AttentionMasks } from "./attention/masks.ts";
import { expectLength, expectRank } from "./checks.ts";
import { Dropout } from "./dropout.ts";
import { LayerNorm } from "./layer-norm.ts";
import { layerOptions } from "./layer-options.ts";
import { Linear } from "./linear.ts";
import { MultiHeadAttention } from "./multi-head-attention.ts";

/** Options of `TransformerEncoderLayer`. */
export interface TransformerLayerOptions {
	/** Where the first weights are drawn from; dropout has streams of its own, named by draws from it. */
	readonly rng: RandomStream;
	/** Heads of the attention; divides the features. */
	readonly heads: number;
	/** Values between the two linear layers. Default 4 · features. */
	readonly hidden?: number;
	/** Between the two linear layers, by name, or what makes its layer. Default "relu"; "gelu" is the other usual one. */
	readonly activation?: Named | (() => Module);
	/** Probability that a value is dropped while training: attention weights, both branches' results, the hidden values. Default 0.1. */
	readonly dropout?: number;
	/** Whether each branch is normalised before it (pre-norm) or the sum after it (post-norm, as in the paper). Default false. */
	readonly normFirst?: boolean;
	/** Whether a step sees itself and those before it only, unless a call says otherwise. Default false. */
	readonly causal?: boolean;
	/** Whether attention and linear layers have biases. Default true. */
	readonly bias?: boolean;
	/** Of the normalisations. Default 1e-5. */
	readonly epsilon?: number;
}

/**
 * x ← norm(x + attention(x)), x ← norm(x + W₂ f(W₁ x)); with `normFirst` x ← x + attention(norm(x)), x ← x + W₂ f(W₁ norm(x)).
 * `[batch, time, features]` → the same. In masks true means: may attend.
 *
 * PyTorch's state maps `self_attn` → `attention` (see there), `linear1` → `feedForward.0`, `linear2` → `feedForward.3`,
 * `norm1` → `attentionNorm`, `norm2` → `feedForwardNorm` (weight → scale, bias → shift).
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762; pre-norm: Xiong et al. 2020, arXiv:2002.04745
 */
export class TransformerEncoderLayer extends Module {
	readonly features: number;
	readonly normFirst: boolean;
	readonly attention: MultiHeadAttention;
	readonly attentionNorm: LayerNorm;
	readonly feedForward: Sequential;
	readonly feedForwardNorm: LayerNorm;
	readonly dropout: Dropout;

	/** @throws ArgumentError if the heads do not divide the features */
	constructor(features: number, options: TransformerLayerOptions) {
		super();
		const { rng, heads } = layerOptions(
			"transformerEncoderLayer",
			options,
			"new TransformerEncoderLayer(64, { heads: 4, rng: new RandomStream(42) })",
		);
		const { hidden = 4 * features, dropout = 0.1, normFirst = false, causal = false, bias = true, epsilon } = options;
		const { activation: between = "relu" } = options;
		this.features = features;
		this.normFirst = normFirst;
		this.attention = new MultiHeadAttention(features, { rng, heads, dropout, bias, causal });
		this.attentionNorm = new LayerNorm(features, { epsilon });
		this.feedForward = new Sequential([
			new Linear(features, hidden, { rng, bias, weightInit: "fanInUniform" }),
			typeof between === "function" ? between() : activation(between),
			new Dropout({ p: dropout, rng }),
			new Linear(hidden, features, { rng, bias, weightInit: "fanInUniform" }),
		]);
		this.feedForwardNorm = new LayerNorm(features, { epsilon });
		this.dropout = new Dropout({ p: dropout, rng });
	}

	override forward(x: Tensor, masks: AttentionMasks = {}): Tensor {
		expectRank(x, "[batch, time, features]");
		expectLength(x, -1, this.features, "features");
		const attended = this.#branch(x, this.attentionNorm, (value) => this.attention.forward(value, masks));
		return this.#branch(attended, this.feedForwardNorm, (value) => this.feedForward.forward(value));
	}

	override describe(): string {
		return `transformer block of ${this.attention.heads} heads over ${this.features}${this.normFirst ? ", norm first" : ""}`;
	}

	#branch(x: Tensor, norm: LayerNorm, run: (x: Tensor) => Tensor): Tensor {
		if (this.normFirst) return add(x, this.dropout.forward(run(norm.forward(x))));
		return norm.forward(add(x, this.dropout.forward(run(x))));
	}
}
