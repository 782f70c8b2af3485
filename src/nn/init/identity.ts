/** The identity matrix as a weight. */
import { ArgumentError } from "../../core/errors.ts";
import { positive } from "../../core/options.ts";
import { formatShape } from "../../core/shape.ts";
import { tensor } from "../../tensor/create.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `identity`. */
export interface IdentityOptions {
	/** Value on the diagonal, > 0. Default 1. */
	readonly gain?: number;
}

/** `gain` on the diagonal of a weight `[out, in]` and 0 elsewhere: the layer starts by handing on its first inputs (recurrent ReLU networks: arXiv:1504.00941). */
export const identity = defineInitializer<IdentityOptions>({
	name: "identity",
	formula: "gain · I",
	source: "Le, Jaitly & Hinton 2015, arXiv:1504.00941",
	torch: "nn.init.eye_",
	aliases: ["eye"],
	options: { gain: positive("value on the diagonal", 1) },
	fill: (shape, _rng, { gain }) => {
		if (shape.length > 2) {
			throw new ArgumentError(
				`identity: expected a weight of two axes [out, in], received shape ${formatShape(shape)}.\n  Try: delta, which does the same for convolutions.`,
			);
		}
		fansOf(shape, "identity");
		const [out, inputs] = shape;
		const values = new Float32Array(out * inputs);
		for (let i = 0; i < Math.min(out, inputs); i++) values[i * inputs + i] = gain;
		return tensor(values, { shape });
	},
});
