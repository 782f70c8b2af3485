/** The logarithm of the sigmoid. */
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** log σ(x) = −softplus(−x), finite where σ itself would round to 0; derivative σ(−x) = 1 − e^result. */
export const logSigmoid = defineActivation<object>({
	name: "logSigmoid",
	formula: "−log(1 + e⁻ˣ)",
	source: "—",
	torch: "nn.LogSigmoid",
	options: {},
	range: [Number.NEGATIVE_INFINITY, 0],
	zeroCentred: false,
	saturates: "right",
	build: (x) => scalars.softplus(x.neg()).neg(),
	derivative: (y) => scalars.expm1(y).neg(),
});
