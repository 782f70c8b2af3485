/** The exponential linear unit with a continuous derivative for every alpha. */
import { positive } from "../../core/options.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** Options of `celu`. */
export interface CELUOptions {
	/** −alpha is the limit at −∞; > 0. Default 1. */
	readonly alpha?: number;
}

/** x for x > 0, else alpha · (e^(x / alpha) − 1). */
export const celu = defineActivation<CELUOptions>({
	name: "celu",
	formula: "x if x > 0, else α (e^(x/α) − 1)",
	source: "Barron 2017, arXiv:1704.07483",
	torch: "nn.CELU",
	options: { alpha: positive("−alpha is the limit at −∞", 1) },
	range: [-1, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x, { alpha }) => scalars.select(x.gt(0), x, scalars.expm1(x.mul(1 / alpha)).mul(alpha)),
	derivative: (y, _, { alpha }) => scalars.select(y.gt(0), 1, y.mul(1 / alpha).add(1)),
});
