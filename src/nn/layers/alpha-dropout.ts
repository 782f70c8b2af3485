/** Dropout for self-normalising networks. */
import type { RandomStream } from "../../core/random/index.ts";
import { formula } from "../../kernels/formula.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { randomMask } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { checkRate, type DropOptions, rateOption } from "./drop-rate.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { ownStream } from "./own-stream.ts";

/** −λα of SELU: what its values approach at −∞. */
const DROPPED_VALUE = -1.0507009873554805 * 1.6732632423543772;

const replaced = formula("alphaDropout", (x, kept, dropped, factor, offset) => {
	return x
		.mul(kept)
		.add(dropped.mul(kept.neg().add(1)))
		.mul(factor)
		.add(offset);
});

/**
 * While training each value becomes α′ = −λα with probability p, then everything is scaled and shifted so that mean 0 and variance 1 stay:
 * a · (x · mask + α′ · (1 − mask)) + b with a = ((1 − p)(1 + p α′²))^−½, b = −a p α′.
 *
 * @see Klambauer et al. 2017, arXiv:1706.02515
 */
export class AlphaDropout extends Module {
	/** Probability of being dropped. */
	readonly p: number;
	readonly stream: RandomStream;

	/** @throws ArgumentError unless 0 ≤ p < 1 */
	constructor(options: DropOptions) {
		super();
		const { p = 0.1, rng } = layerOptions("alphaDropout", options, "new AlphaDropout({ p: 0.2, rng: new RandomStream(42) })");
		this.p = checkRate(p, "alphaDropout");
		this.stream = ownStream(rng);
	}

	override forward(x: Tensor): Tensor {
		if (!this.training || this.p === 0) return x;
		const factor = 1 / Math.sqrt((1 - this.p) * (1 + this.p * DROPPED_VALUE ** 2));
		const kept = randomMask(x, this.stream, { p: this.p, scale: 1 });
		return applyFormula(replaced, [x, kept, DROPPED_VALUE, factor, -factor * this.p * DROPPED_VALUE]);
	}

	override describe(): string {
		return `alpha dropout ${this.p}`;
	}
}

/** `{ alphaDropout: 0.1 }` */
export const alphaDropoutLayer = defineLayer<{ readonly p?: number }>({
	name: "alphaDropout",
	formula: "a · (x · mask + α′ · (1 − mask)) + b while training",
	source: "Klambauer et al. 2017, arXiv:1706.02515",
	torch: "nn.AlphaDropout",
	shorthand: "p",
	options: { p: rateOption("a value", 0.1) },
	create: ({ p }, { rng }) => new AlphaDropout({ p, rng }),
});
