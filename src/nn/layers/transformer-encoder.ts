/** A stack of transformer blocks. */
import { decayOption, integerOption, techniqueOption, truthOption } from "../../core/options.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type ActivationLike, activation } from "../activations/index.ts";
import { Module } from "../module.ts";
import type { AttentionMasks } from "./attention/masks.ts";
import { defineLayer } from "./layer.ts";
import { LayerNorm } from "./layer-norm.ts";
import { layerOptions } from "./layer-options.ts";
import { featuresOf } from "./sequence-shape.ts";
import { TransformerEncoderLayer, type TransformerLayerOptions } from "./transformer-encoder-layer.ts";

/** Options of `TransformerEncoder`: those of its blocks, and how many. */
export interface TransformerOptions extends TransformerLayerOptions {
	/** Blocks one above the other. Default 1. */
	readonly layers?: number;
	/** Whether the result is normalised. Default: if `normFirst`, whose sums nobody normalises otherwise. */
	readonly finalNorm?: boolean;
}

/**
 * Transformer blocks one after the other, `[batch, time, features]` → the same. It does not know the order of steps: see
 * `PositionalEncoding`. In masks true means: may attend.
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762
 * @example
 * const encoder = new TransformerEncoder(64, { heads: 4, layers: 2, normFirst: true, rng: new RandomStream(42) });
 * encoder.forward(x, { keyMask: tokens.ne(0) });
 */
export class TransformerEncoder extends Module {
	readonly layers: readonly TransformerEncoderLayer[];
	readonly norm: LayerNorm | null;

	constructor(features: number, given: TransformerOptions) {
		super();
		const attempt = "new TransformerEncoder(64, { heads: 4, rng: new RandomStream(42) })";
		const { layers = 1, finalNorm, ...options } = layerOptions("transformerEncoder", given, attempt);
		expectInteger(layers, "transformerEncoder", "layers", 1);
		this.layers = Array.from({ length: layers }, () => new TransformerEncoderLayer(features, options));
		this.norm = (finalNorm ?? options.normFirst ?? false) ? new LayerNorm(features, { epsilon: options.epsilon }) : null;
	}

	override forward(x: Tensor, masks: AttentionMasks = {}): Tensor {
		const encoded = this.layers.reduce((value, layer) => layer.forward(value, masks), x);
		return this.norm === null ? encoded : this.norm.forward(encoded);
	}

	override describe(): string {
		const [{ features, attention }] = this.layers;
		return `transformer encoder of ${this.layers.length} blocks, ${attention.heads} heads over ${features}`;
	}
}

/** Options of `transformerEncoder` in a config. */
interface TransformerConfig {
	readonly heads: number;
	readonly hidden?: number | null;
	readonly layers?: number;
	readonly activation?: ActivationLike;
	readonly dropout?: number;
	readonly normFirst?: boolean;
	readonly causal?: boolean;
}

/** `{ transformerEncoder: { heads: 4, hidden: 256, layers: 2 } }` */
export const transformerEncoderLayer = defineLayer<TransformerConfig>({
	name: "transformerEncoder",
	formula: "x ← norm(x + attention(x)), x ← norm(x + W₂ f(W₁ x))",
	source: "Vaswani et al. 2017, arXiv:1706.03762",
	torch: "nn.TransformerEncoder",
	options: {
		heads: integerOption("attentions side by side; divides the features", undefined, { min: 1 }),
		hidden: integerOption("values between the two linear layers of a block; default: 4 times the features", null, { min: 1 }),
		layers: integerOption("blocks one above the other", 1, { min: 1 }),
		activation: techniqueOption("activation", "between the two linear layers", "relu"),
		dropout: decayOption("probability that a value is dropped while training", 0.1),
		normFirst: truthOption("whether each branch is normalised before it, not the sum after it", false),
		causal: truthOption("whether a step sees itself and those before it only", false),
	},
	create: ({ hidden, activation: between, ...options }, { inputShape, rng, activations }) => {
		const features = featuresOf("transformerEncoder", inputShape);
		// Activations may have parameters: each block makes one of its own.
		const makeActivation = () => activation(between, activations);
		return new TransformerEncoder(features, { ...options, hidden: hidden ?? 4 * features, activation: makeActivation, rng });
	},
});
