/** Dropout of a whole branch, example by example. */
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
 * While training each example becomes 0 with probability p, and the others are divided by 1 − p: `[n, …]` → the same. At the end of a
 * residual branch it shortens the network at random.
 *
 * @see Huang et al. 2016, arXiv:1603.09382
 */
export class DropPath extends Module {
	/** Probability that an example is dropped. */
	readonly p: number;
	readonly stream: RandomStream;

	/** @throws ArgumentError unless 0 ≤ p < 1 */
	constructor(options: DropOptions) {
		super();
		const { p = 0.1, rng } = layerOptions("dropPath", options, "new DropPath({ p: 0.2, rng: new RandomStream(42) })");
		this.p = checkRate(p, "dropPath");
		this.stream = ownStream(rng);
	}

	override forward(x: Tensor): Tensor {
		if (x.rank < 1) throw new ShapeError("  Expected a batch axis, received a scalar.");
		if (!this.training || this.p === 0) return x;
		const shape = x.shape.map((length, axis) => (axis === 0 ? length : 1));
		return mul(x, randomMask(x, this.stream, { p: this.p, scale: 1 / (1 - this.p), shape }));
	}

	override describe(): string {
		return `drop path ${this.p}`;
	}
}

/** `{ dropPath: 0.1 }` */
export const dropPathLayer = defineLayer<{ readonly p?: number }>({
	name: "dropPath",
	formula: "x · mask / (1 − p) while training, one draw an example",
	source: "Huang et al. 2016, arXiv:1603.09382",
	torch: null,
	aliases: ["stochasticDepth"],
	shorthand: "p",
	options: { p: rateOption("an example", 0.1) },
	create: ({ p }, { rng }) => new DropPath({ p, rng }),
});
