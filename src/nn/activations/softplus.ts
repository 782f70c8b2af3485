/** The smooth rectifier. */
import { numberOption, positive } from "../../core/options.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { defineActivation } from "./activation.ts";

/** Options of `softplus`. */
export interface SoftplusOptions {
	/** Sharpness of the bend, > 0. Default 1. */
	readonly beta?: number;
	/** Where beta · x exceeds it, the result is x. Default 20, where the two agree to 1e-10. */
	readonly threshold?: number;
}

/** From here on softplus and x have one derivative, 1 − 2e-9, so that it follows from the result. */
const SAFE_THRESHOLD = 20;

/** log(1 + e^(beta · x)) / beta; derivative σ(beta · x) = 1 − e^(−beta · result). */
export const softplus = defineActivation<SoftplusOptions>({
	name: "softplus",
	formula: "log(1 + e^(βx)) / β",
	source: "Dugas et al. 2001; Glorot, Bordes & Bengio 2011",
	torch: "nn.Softplus",
	options: {
		beta: positive("sharpness of the bend", 1),
		threshold: numberOption("where beta · x exceeds it, the result is x", SAFE_THRESHOLD),
	},
	range: [0, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "left",
	build: (x, { beta, threshold }) => {
		const scaled = x.mul(beta);
		return scalars.select(scaled.gt(threshold), x, scalars.softplus(scaled).mul(1 / beta));
	},
	derivative: (y, x, { beta, threshold }) => {
		if (threshold >= SAFE_THRESHOLD) return scalars.expm1(y.mul(-beta)).neg();
		return scalars.select(x.mul(beta).gt(threshold), 1, scalars.sigmoid(x.mul(beta)));
	},
});
