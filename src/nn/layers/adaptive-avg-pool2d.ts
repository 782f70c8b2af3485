/** Average pooling to a given size. */

import { adaptiveAvgPool2d } from "../../tensor/ops/adaptive-pool.ts";
import type { Pair } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { pairOption } from "./pair-option.ts";

/** Mean over `size` windows as even as integers allow: `[n, channels, height, width]` → `[n, channels, …size]`, for images of any size. */
export class AdaptiveAvgPool2d extends Module {
	readonly size: Pair;

	/** @param size - rows and columns of the result, ≥ 1 */
	constructor(size: Pair) {
		super();
		this.size = size;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, height, width]");
		return adaptiveAvgPool2d(x, this.size);
	}

	override describe(): string {
		return `adaptive average pool to ${[this.size, this.size].flat().slice(0, 2).join("×")}`;
	}
}

/** `{ adaptiveAvgPool2d: [7, 7] }` */
export const adaptiveAvgPool2dLayer = defineLayer<{ readonly size: Pair }>({
	name: "adaptiveAvgPool2d",
	formula: "mean over rows ⌊i h / H⌋ … ⌈(i + 1) h / H⌉ − 1, columns likewise",
	source: "He et al. 2014, arXiv:1406.4729",
	torch: "nn.AdaptiveAvgPool2d",
	aliases: ["adaptiveAveragePool2d"],
	shorthand: "size",
	options: { size: pairOption("rows and columns of the result", undefined, 1) },
	create: ({ size }) => new AdaptiveAvgPool2d(size),
});
