/** Enlarging images. */
import { choiceOption } from "../../core/options.ts";
import { upsampleNearest2d } from "../../tensor/ops/adaptive-pool.ts";
import { type Pair, toPair } from "../../tensor/ops/checks.ts";
import { upsampleBilinear2d } from "../../tensor/ops/upsample-bilinear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { expectRank } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { pairOption } from "./pair-option.ts";

/** How new pixels come from old ones. */
export type UpsampleMode = "nearest" | "bilinear";

/**
 * Images `factor` times as high and wide: `[n, channels, height, width]` → `[n, channels, height · factor, width · factor]`.
 * Bilinear places pixels as PyTorch does with `align_corners=False`.
 */
export class Upsample extends Module {
	/** Of rows and columns. */
	readonly factor: readonly [number, number];
	readonly mode: UpsampleMode;

	/** @param factor - integers ≥ 1 */
	constructor(factor: Pair, { mode = "nearest" }: { readonly mode?: UpsampleMode } = {}) {
		super();
		this.factor = toPair(factor, "upsample", "the factor", 1);
		this.mode = mode;
	}

	override forward(x: Tensor): Tensor {
		expectRank(x, "[batch, channels, height, width]");
		return this.mode === "nearest" ? upsampleNearest2d(x, this.factor) : upsampleBilinear2d(x, this.factor);
	}

	override describe(): string {
		return `upsample ${this.factor.join("×")}, ${this.mode}`;
	}
}

/** `{ upsample: 2 }` */
export const upsampleLayer = defineLayer<{ readonly factor: Pair; readonly mode?: UpsampleMode }>({
	name: "upsample",
	formula: "height and width times factor",
	source: "—",
	torch: "nn.Upsample",
	shorthand: "factor",
	options: {
		factor: pairOption("how many times as high and wide", undefined, 1),
		mode: choiceOption("how new pixels come from old ones", ["nearest", "bilinear"], "nearest"),
	},
	create: ({ factor, mode }) => new Upsample(factor, { mode }),
});
