/** Examples as vectors. */
import { ShapeError } from "../../core/errors.ts";
import { flatten } from "../../tensor/ops/views.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { defineLayer } from "./layer.ts";

/** Each example's values in row-major order: `[n, …]` → `[n, features]`. Copies nothing. */
export class Flatten extends Module {
	override forward(x: Tensor): Tensor {
		if (x.rank < 2)
			throw new ShapeError(`  Expected at least 2 axes [batch, …], received ${x.rank}.\n  Try: x.unsqueeze(0) for a batch of one.`);
		return flatten(x, 1);
	}

	override describe(): string {
		return "flatten";
	}
}

/** `"flatten"` */
export const flattenLayer = defineLayer<object>({
	name: "flatten",
	formula: "[n, …] → [n, features]",
	source: "—",
	torch: "nn.Flatten",
	options: {},
	create: () => new Flatten(),
});
