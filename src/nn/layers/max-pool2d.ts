/** Max pooling of images. */
import { truthOption } from "../../core/options.ts";
import type { Pair } from "../../tensor/ops/checks.ts";
import { type MaxPoolOptions, maxPool2d } from "../../tensor/ops/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { pairOption } from "./pair-option.ts";

/** Largest value of each window: `[n, channels, height, width]` → `[n, channels, outHeight, outWidth]`. Windows do not overlap unless a stride is given. */
export class MaxPool2d extends Module {
	readonly kernel: Pair;
	readonly options: MaxPoolOptions;

	constructor(kernel: Pair, options: MaxPoolOptions = {}) {
		super();
		this.kernel = kernel;
		this.options = options;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, height, width]");
		return maxPool2d(x, this.kernel, this.options);
	}

	override describe(): string {
		return `max pool ${[this.kernel, this.kernel].flat().slice(0, 2).join("×")}`;
	}
}

/** Options of `maxPool2d` in a config. */
interface MaxPool2dConfig extends Omit<MaxPoolOptions, "stride"> {
	readonly kernel: Pair;
	readonly stride?: Pair | null;
}

/** `{ maxPool2d: 2 }` */
export const maxPool2dLayer = defineLayer<MaxPool2dConfig>({
	name: "maxPool2d",
	formula: "max over each window",
	source: "Ranzato et al. 2007",
	torch: "nn.MaxPool2d",
	shorthand: "kernel",
	options: {
		kernel: pairOption("length of a window", undefined, 1),
		stride: pairOption("steps between windows; default: the kernel", null, 1),
		padding: pairOption("cells on each side", 0, 0),
		dilation: pairOption("distance between a window's cells", 1, 1),
		ceilMode: truthOption("whether a last window that does not fit whole is kept", false),
	},
	create: ({ kernel, stride, ...options }) => new MaxPool2d(kernel, { ...options, stride: stride ?? kernel }),
});
