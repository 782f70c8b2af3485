/** Positions as sine waves. */
import type { RandomStream } from "../../core/random/index.ts";
import { tensor } from "../../tensor/create.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { narrow } from "../../tensor/ops/slice.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectLength, expectRank } from "./checks.ts";
import { checkRate, rateOption } from "./drop-rate.ts";
import { Dropout } from "./dropout.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { featuresOf } from "./sequence-shape.ts";

/** Wavelengths go from 2π to this many times 2π. */
const LONGEST_WAVE = 10_000;

/** Options of `PositionalEncoding`. */
export interface PositionalEncodingOptions {
	/** Probability that a value of the sum is dropped while training, 0 ≤ p < 1. Default 0; the paper has 0.1. */
	readonly dropout?: number;
	/** Where dropout draws from. */
	readonly rng: RandomStream;
}

/**
 * x + P with P[t, 2i] = sin(t / 10000^(2i / features)) and P[t, 2i + 1] = cos of the same: `[batch, time, features]` → the same, for any
 * time. Nothing is learned or saved.
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.5
 */
export class PositionalEncoding extends Module {
	readonly features: number;
	readonly dropout: Dropout | null;
	/** P for the longest input so far. */
	#table: Tensor | null = null;

	constructor(features: number, options: PositionalEncodingOptions) {
		super();
		const { rng, dropout = 0 } = layerOptions("positionalEncoding", options, "new PositionalEncoding(64, { rng: new RandomStream(42) })");
		expectInteger(features, "positionalEncoding", "features", 1);
		this.features = features;
		this.dropout = checkRate(dropout, "positionalEncoding") > 0 ? new Dropout({ p: dropout, rng }) : null;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, time, features]");
		expectLength(x, -1, this.features, "features");
		const sum = add(x, narrow(this.#tableFor(x), 0, [0, x.shape[1]]));
		return this.dropout === null ? sum : this.dropout.forward(sum);
	}

	override describe(): string {
		return `positional encoding ${this.features}`;
	}

	#tableFor({ shape, executor, dtype }: Tensor): Tensor {
		const made = this.#table;
		if (made !== null && made.shape[0] >= shape[1] && made.executor === executor && made.dtype === dtype) return made;
		// Views of the old table live on with it.
		made?.dispose("when a longer table took its place");
		const values = sineWaves(shape[1], this.features);
		this.#table = tensor(values, { shape: [shape[1], this.features], executor, dtype }).keep();
		return this.#table;
	}
}

function sineWaves(time: number, features: number): Float64Array {
	return Float64Array.from({ length: time * features }, (_, at) => {
		const [t, column] = [Math.floor(at / features), at % features];
		const angle = t / LONGEST_WAVE ** ((column - (column % 2)) / features);
		return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
	});
}

/** `"positionalEncoding"` */
export const positionalEncodingLayer = defineLayer<{ readonly dropout?: number }>({
	name: "positionalEncoding",
	formula: "x + P, P[t, 2i] = sin(t / 10000^(2i/d)), P[t, 2i+1] = cos(t / 10000^(2i/d))",
	source: "Vaswani et al. 2017, arXiv:1706.03762",
	torch: null,
	aliases: ["sinusoidalPositions"],
	options: { dropout: rateOption("a value of the sum", 0) },
	create: ({ dropout }, { inputShape, rng }) => new PositionalEncoding(featuresOf("positionalEncoding", inputShape), { dropout, rng }),
});
