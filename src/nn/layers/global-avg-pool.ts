/** The mean over all places. */
import { ShapeError } from "../../core/errors.ts";
import { mean } from "../../tensor/ops/reduce.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { defineLayer } from "./layer.ts";

/** Mean over each channel's places: `[n, channels, …]` → `[n, channels]`, for images and sequences of any size. */
export class GlobalAvgPool extends Module {
	override forward(x: Tensor): Tensor {
		if (x.rank < 3) {
			throw new ShapeError(`  Expected at least 3 axes [batch, channels, …places], received ${x.rank}.\n  Try: put it before the flatten.`);
		}
		return mean(x, x.shape.map((_, axis) => axis).slice(2));
	}

	override describe(): string {
		return "global average pool";
	}
}

/** `"globalAvgPool"` */
export const globalAvgPoolLayer = defineLayer<object>({
	name: "globalAvgPool",
	formula: "mean over all places of each channel",
	source: "Lin, Chen & Yan 2014, arXiv:1312.4400",
	torch: "nn.AdaptiveAvgPool2d(1), then nn.Flatten",
	aliases: ["globalAveragePool"],
	options: {},
	create: () => new GlobalAvgPool(),
});
