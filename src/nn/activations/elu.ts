/** The exponential linear unit. */
import { atLeastZero } from "../../core/options.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** Options of `elu`. */
export interface ELUOptions {
	/** −alpha is the limit at −∞; ≥ 0. Default 1. */
	readonly alpha?: number;
}

/** x for x > 0, else alpha · (eˣ − 1); derivative there result + alpha. */
export const elu = defineActivation<ELUOptions>({
	name: "elu",
	formula: "x if x > 0, else α (eˣ − 1)",
	source: "Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
	torch: "nn.ELU",
	options: { alpha: atLeastZero("−alpha is the limit at −∞", 1) },
	range: [-1, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x, { alpha }) => scalars.select(x.gt(0), x, scalars.expm1(x).mul(alpha)),
	derivative: (y, _, { alpha }) => scalars.select(y.gt(0), 1, y.add(alpha)),
});
