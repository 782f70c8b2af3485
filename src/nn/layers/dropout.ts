/** Dropout of single values. */
import { choiceOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { dropout } from "../../tensor/ops/dropout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { checkRate, type DropOptions, rateOption } from "./drop-rate.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";
import { ownStream } from "./own-stream.ts";

/** Where dropout keeps the expected value. */
export type DropoutMode = "inverted" | "classic";

/** Options of `Dropout`. */
export interface DropoutLayerOptions extends DropOptions {
	/**
	 * `inverted`: what stays is divided by 1 − p while training, and inference changes nothing. `classic`: what stays is left as it is, and
	 * inference multiplies by 1 − p, as in the paper. Default "inverted".
	 */
	readonly mode?: DropoutMode;
}

/**
 * While training each value becomes 0 with probability p. The mask comes from a stream of the layer's own, which is saved with its state.
 *
 * @see Srivastava et al. 2014, JMLR 15
 * @example
 * new Dropout({ p: 0.15, rng });
 */
export class Dropout extends Module {
	/** Probability of being dropped. */
	readonly p: number;
	readonly mode: DropoutMode;
	readonly stream: RandomStream;

	/** @throws ArgumentError unless 0 ≤ p < 1 */
	constructor(options: DropoutLayerOptions) {
		super();
		const { p = 0.5, mode = "inverted", rng } = layerOptions("dropout", options, "new Dropout({ p: 0.2, rng: new RandomStream(42) })");
		this.p = checkRate(p, "dropout");
		this.mode = mode;
		this.stream = ownStream(rng);
	}

	override forward(x: Tensor): Tensor {
		return dropout(x, { p: this.p, mode: this.mode, stream: this.stream, training: this.training });
	}

	override describe(): string {
		return `dropout ${this.p}${this.mode === "classic" ? ", classic" : ""}`;
	}
}

/** `{ dropout: 0.5 }` */
export const dropoutLayer = defineLayer<{ readonly p?: number; readonly mode?: DropoutMode }>({
	name: "dropout",
	formula: "x · mask / (1 − p) while training",
	source: "Srivastava et al. 2014, JMLR 15",
	torch: "nn.Dropout",
	shorthand: "p",
	options: {
		p: rateOption("a value", 0.5),
		mode: choiceOption("inverted divides by 1 − p while training, classic multiplies by it otherwise", ["inverted", "classic"], "inverted"),
	},
	create: ({ p, mode }, { rng }) => new Dropout({ p, mode, rng }),
});
