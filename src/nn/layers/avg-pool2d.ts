/** Average pooling of images. */
import { truthOption } from "../../core/options.ts";
import type { Pair } from "../../tensor/ops/checks.ts";
import { type AvgPoolOptions, avgPool2d } from "../../tensor/ops/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { pairOption } from "./pair-option.ts";

/** Mean of each window: `[n, channels, height, width]` → `[n, channels, outHeight, outWidth]`. Windows do not overlap unless a stride is given. */
export class AvgPool2d extends Module {
	readonly kernel: Pair;
	readonly options: AvgPoolOptions;

	constructor(kernel: Pair, options: AvgPoolOptions = {}) {
		super();
		this.kernel = kernel;
		this.options = options;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, height, width]");
		return avgPool2d(x, this.kernel, this.options);
	}

	override describe(): string {
		return `average pool ${[this.kernel, this.kernel].flat().slice(0, 2).join("×")}`;
	}
}

/** Options of `avgPool2d` in a config. */
interface AvgPool2dConfig extends Omit<AvgPoolOptions, "stride"> {
	readonly kernel: Pair;
	readonly stride?: Pair | null;
}

/** `{ avgPool2d: 2 }` */
export const avgPool2dLayer = defineLayer<AvgPool2dConfig>({
	name: "avgPool2d",
	formula: "mean of each window",
	source: "LeCun et al. 1989",
	torch: "nn.AvgPool2d",
	aliases: ["averagePool2d"],
	shorthand: "kernel",
	options: {
		kernel: pairOption("length of a window", undefined, 1),
		stride: pairOption("steps between windows; default: the kernel", null, 1),
		padding: pairOption("cells on each side", 0, 0),
		countIncludePad: truthOption("whether zeros of the padding count in the divisor", true),
		ceilMode: truthOption("whether a last window that does not fit whole is kept", false),
	},
	create: ({ kernel, stride, ...options }) => new AvgPool2d(kernel, { ...options, stride: stride ?? kernel }),
});
