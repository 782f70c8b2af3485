/** Max pooling of sequences. */
import { integerOption, truthOption } from "../../core/options.ts";
import { type MaxPoolOptions, maxPool1d } from "../../tensor/ops/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";

/** Largest value of each window: `[n, channels, length]` → `[n, channels, outLength]`. Windows do not overlap unless a stride is given. */
export class MaxPool1d extends Module {
	readonly kernel: number;
	readonly options: MaxPoolOptions<number>;

	constructor(kernel: number, options: MaxPoolOptions<number> = {}) {
		super();
		this.kernel = kernel;
		this.options = options;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, length]");
		return maxPool1d(x, this.kernel, this.options);
	}

	override describe(): string {
		return `max pool ${this.kernel}`;
	}
}

/** Options of `maxPool1d` in a config. */
interface MaxPool1dConfig extends Omit<MaxPoolOptions<number>, "stride"> {
	readonly kernel: number;
	readonly stride?: number | null;
}

/** `{ maxPool1d: 2 }` */
export const maxPool1dLayer = defineLayer<MaxPool1dConfig>({
	name: "maxPool1d",
	formula: "max over each window",
	source: "Ranzato et al. 2007",
	torch: "nn.MaxPool1d",
	shorthand: "kernel",
	options: {
		kernel: integerOption("length of a window", undefined, { min: 1 }),
		stride: integerOption("steps between windows; default: the kernel", null, { min: 1 }),
		padding: integerOption("cells on each side", 0, { min: 0 }),
		dilation: integerOption("distance between a window's cells", 1, { min: 1 }),
		ceilMode: truthOption("whether a last window that does not fit whole is kept", false),
	},
	create: ({ kernel, stride, ...options }) => new MaxPool1d(kernel, { ...options, stride: stride ?? kernel }),
});
