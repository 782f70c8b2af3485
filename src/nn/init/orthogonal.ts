/** Orthogonal weights. */
import { positive } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { randomNormal } from "../../tensor/random.ts";
import { scope } from "../../tensor/scope.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";
import { randomFrame } from "./random-frame.ts";

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
	/** Every singular value of the weight, > 0. Default 1. */
	readonly gain?: number;
}

/**
 * gain · Q, Q uniform among the matrices with orthonormal rows (or columns, whichever are fewer): it keeps lengths of values and of
 * gradients, through any number of linear layers. A convolution's weight is taken as `[out, in · kernel]`. Being a product of matrices, it
 * differs between executors by rounding.
 */
export const orthogonal = defineInitializer<OrthogonalOptions>({
	name: "orthogonal",
	formula: "W · Wᵀ = gain² · I, or Wᵀ · W for tall W",
	source: "Saxe, McClelland & Ganguli 2014, arXiv:1312.6120",
	torch: "nn.init.orthogonal_",
	options: { gain: positive("every singular value of the weight", 1) },
	fill: (shape, rng, { gain }) => {
		fansOf(shape, "orthogonal");
		const [rows, columns] = [shape[0], sizeOf(shape.slice(1))];
		const [shorter, longer] = [Math.min(rows, columns), Math.max(rows, columns)];
		return scope(() => {
			// `shorter` vectors of length `longer`: the rows of a wide weight, the columns of a tall one.
			const vectors = randomFrame(randomNormal([shorter, longer], rng)).mul(gain);
			return (rows <= columns ? vectors : vectors.transpose()).reshape(shape);
		});
	},
});
