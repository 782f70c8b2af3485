/** Bags of tokens as vectors. */
import { choiceOption } from "../../core/options.ts";
import { embeddingBag } from "../../tensor/ops/embedding-bag.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { toInitializer } from "../init/index.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { asTokens, type EmbeddingConfig, type EmbeddingOptions, embeddingOptionSpecs, makeTable } from "./token-table.ts";

/** Options of `EmbeddingBag`. */
export interface EmbeddingBagLayerOptions extends EmbeddingOptions {
	/** How the rows of a bag are joined. Default "mean". */
	readonly mode?: "mean" | "sum";
}

/** y = mean (or sum) over a bag's tokens of weight[token]: `[n, bag]` of int32, or whole numbers in float32, → `[n, dim]`, in one pass. */
export class EmbeddingBag extends Module {
	/** `[count, dim]` */
	readonly weight: Tensor;
	readonly mode: "mean" | "sum";

	/** @param count - rows of the table: tokens are 0 … count − 1 */
	constructor(count: number, dim: number, options: EmbeddingBagLayerOptions) {
		super();
		const { mode = "mean", ...table } = layerOptions("embeddingBag", options, "new EmbeddingBag(100, 8, { rng: new RandomStream(42) })");
		this.weight = makeTable("embeddingBag", [count, dim], table);
		this.mode = mode;
	}

	/** @throws IndexError if a token is not in 0 … count − 1 */
	override forward(tokens: Tensor): Tensor {
		expectRank(tokens, "[batch, bag]");
		return embeddingBag(this.weight, asTokens(tokens), { mode: this.mode });
	}

	override describe(): string {
		return `embedding bag ${this.weight.shape.join(" × ")}, ${this.mode}`;
	}
}

/** `{ embeddingBag: { count: 10000, dim: 64 } }` */
export const embeddingBagLayer = defineLayer<EmbeddingConfig & { readonly mode?: "mean" | "sum" }>({
	name: "embeddingBag",
	formula: "y = mean over a bag of W[token]",
	source: "Iyyer et al. 2015",
	torch: "nn.EmbeddingBag",
	options: { ...embeddingOptionSpecs, mode: choiceOption("how the rows of a bag are joined", ["mean", "sum"], "mean") },
	create: ({ count, dim, mode, weightInit }, { rng, initializers }) =>
		new EmbeddingBag(count, dim, { rng, mode, weightInit: weightInit === null ? null : toInitializer(weightInit, initializers) }),
});
