/** Dropout of whole channels. */
import { ShapeError } from "../../core/errors.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { mul } from "../../tensor/ops/arithmetic.ts";
import { randomMask } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { checkRate, type DropOptions, rateOption } from "./drop-rate.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { ownStream } from "./own-stream.ts";

/**
 * While training each channel of each example becomes 0 with probability p, and the others are divided by 1 − p: `[n, channels, …]` →
 * the same. Neighbouring pixels say the same thing, so that dropping single ones hides nothing.
 *
 * @see Tompson et al. 2015, arXiv:1411.4280
 */
export class SpatialDropout extends Module {
	/** Probability that a channel is dropped. */
	readonly p: number;
	readonly stream: RandomStream;

	/** @throws ArgumentError unless 0 ≤ p < 1 */
	constructor(options: DropOptions) {
		super();
		const { p = 0.5, rng } = layerOptions("spatialDropout", options, "new SpatialDropout({ p: 0.2, rng: new RandomStream(42) })");
		this.p = checkRate(p, "spatialDropout");
		this.stream = ownStream(rng);
	}

	override forward(x: Tensor): Tensor {
		if (x.rank < 3) {
			throw new ShapeError(
				`  Expected at least 3 axes [batch, channels, …places], received ${x.rank}.\n  Try: dropout, for single values.`,
			);
		}
		if (!this.training || this.p === 0) return x;
		const shape = x.shape.map((length, axis) => (axis < 2 ? length : 1));
		return mul(x, randomMask(x, this.stream, { p: this.p, scale: 1 / (1 - this.p), shape }));
	}

	override describe(): string {
		return `spatial dropout ${this.p}`;
	}
}

/** `{ spatialDropout: 0.2 }` */
export const spatialDropoutLayer = defineLayer<{ readonly p?: number }>({
	name: "spatialDropout",
	formula: "x · mask / (1 − p) while training, one draw a channel",
	source: "Tompson et al. 2015, arXiv:1411.4280",
	torch: "nn.Dropout2d",
	aliases: ["dropout2d"],
	shorthand: "p",
	options: { p: rateOption("a channel", 0.5) },
	create: ({ p }, { rng }) => new SpatialDropout({ p, rng }),
});
