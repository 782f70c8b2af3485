/** Orthogonal weights. */
import { positive } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { tensor } from "../../tensor/create.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";
import { orthonormalize } from "./orthonormal.ts";

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
	/** Every singular value of the weight, > 0. Default 1. */
	readonly gain?: number;
}

/**
 * gain · Q, Q uniform among the matrices with orthonormal rows (or columns, whichever are fewer): it keeps lengths of values and of
 * gradients, through any number of linear layers. A convolution's weight is taken as `[out, in · kernel]`.
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
		const drawn = rng.draw({ kind: "normal", mean: 0, std: 1 }, rows * columns);
		// `shorter` vectors of length `longer`: the rows of a wide weight, the columns of a tall one.
		const vectors = orthonormalize(Float64Array.from(drawn), longer, shorter);
		const values = new Float32Array(rows * columns);
		for (let row = 0; row < rows; row++) {
			for (let column = 0; column < columns; column++) {
				const at = rows <= columns ? row * longer + column : column * longer + row;
				values[row * columns + column] = gain * vectors[at];
			}
		}
		return tensor(values, { shape });
	},
});
