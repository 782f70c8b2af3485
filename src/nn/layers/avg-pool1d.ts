/** Average pooling of sequences. */
import { integerOption, truthOption } from "../../core/options.ts";
import { type AvgPoolOptions, avgPool1d } from "../../tensor/ops/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";

/** Mean of each window: `[n, channels, length]` → `[n, channels, outLength]`. Windows do not overlap unless a stride is given. */
export class AvgPool1d extends Module {
	readonly kernel: number;
	readonly options: AvgPoolOptions<number>;

	constructor(kernel: number, options: AvgPoolOptions<number> = {}) {
		super();
		this.kernel = kernel;
		this.options = options;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, length]");
		return avgPool1d(x, this.kernel, this.options);
	}

	override describe(): string {
		return `average pool ${this.kernel}`;
	}
}

/** Options of `avgPool1d` in a config. */
interface AvgPool1dConfig extends Omit<AvgPoolOptions<number>, "stride"> {
	readonly kernel: number;
	readonly stride?: number | null;
}

/** `{ avgPool1d: 2 }` */
export const avgPool1dLayer = defineLayer<AvgPool1dConfig>({
	name: "avgPool1d",
	formula: "mean of each window",
	source: "LeCun et al. 1989",
	torch: "nn.AvgPool1d",
	aliases: ["averagePool1d"],
	shorthand: "kernel",
	options: {
		kernel: integerOption("length of a window", undefined, { min: 1 }),
		stride: integerOption("steps between windows; default: the kernel", null, { min: 1 }),
		padding: integerOption("cells on each side", 0, { min: 0 }),
		countIncludePad: truthOption("whether zeros of the padding count in the divisor", true),
		ceilMode: truthOption("whether a last window that does not fit whole is kept", false),
	},
	create: ({ kernel, stride, ...options }) => new AvgPool1d(kernel, { ...options, stride: stride ?? kernel }),
});
