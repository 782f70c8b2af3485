/** Tokens as vectors. */
import { embedding } from "../../tensor/ops/take.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { Module } from "../module.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { asTokens, type EmbeddingConfig, type EmbeddingOptions, embeddingOptionSpecs, makeTable } from "./token-table.ts";

/**
 * y[…, :] = weight[x[…], :]: tokens `[…]` of int32, or whole numbers in float32, → `[…, dim]`.
 *
 * @example
 * new Embedding(10_000, 64, { rng }).forward(tensor([[3, 1, 4]])); // [1, 3, 64]
 */
export class Embedding extends Module {
	/** `[count, dim]` */
	readonly weight: Tensor;

	/** @param count - rows of the table: tokens are 0 … count − 1 */
	constructor(count: number, dim: number, options: EmbeddingOptions) {
		super();
		this.weight = makeTable(
			"embedding",
			[count, dim],
			layerOptions("embedding", options, "new Embedding(100, 8, { rng: new RandomStream(42) })"),
		);
	}

	/** @throws IndexError if a token is not in 0 … count − 1 */
	override forward(tokens: Tensor): Tensor {
		return embedding(this.weight, asTokens(tokens));
	}

	override describe(): string {
		return `embedding ${this.weight.shape.join(" × ")}`;
	}
}

/** `{ embedding: { count: 10000, dim: 64 } }` */
export const embeddingLayer = defineLayer<EmbeddingConfig>({
	name: "embedding",
	formula: "y = W[token]",
	source: "Bengio et al. 2003",
	torch: "nn.Embedding",
	options: embeddingOptionSpecs,
	create: ({ count, dim, weightInit }, { rng, initializers }) =>
		new Embedding(count, dim, { rng, weightInit: weightInit === null ? null : toInitializer(weightInit, initializers) }),
});
