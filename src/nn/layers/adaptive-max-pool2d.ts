/** Max pooling to a given size. */

import { adaptiveMaxPool2d } from "../../tensor/ops/adaptive-pool.ts";
import type { Pair } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { pairOption } from "./pair-option.ts";

/** Largest value over `size` windows as even as integers allow: `[n, channels, height, width]` → `[n, channels, …size]`, for images of any size. */
export class AdaptiveMaxPool2d extends Module {
	readonly size: Pair;

	/** @param size - rows and columns of the result, ≥ 1 */
	constructor(size: Pair) {
		super();
		this.size = size;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, height, width]");
		return adaptiveMaxPool2d(x, this.size);
	}

	override describe(): string {
		return `adaptive max pool to ${[this.size, this.size].flat().slice(0, 2).join("×")}`;
	}
}

/** `{ adaptiveMaxPool2d: [7, 7] }` */
export const adaptiveMaxPool2dLayer = defineLayer<{ readonly size: Pair }>({
	name: "adaptiveMaxPool2d",
	formula: "max over rows ⌊i h / H⌋ … ⌈(i + 1) h / H⌉ − 1, columns likewise",
	source: "He et al. 2014, arXiv:1406.4729",
	torch: "nn.AdaptiveMaxPool2d",
	shorthand: "size",
	options: { size: pairOption("rows and columns of the result", undefined, 1) },
	create: ({ size }) => new AdaptiveMaxPool2d(size),
});
