/** Dirac's delta as a convolution's kernel. */
import { ArgumentError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import { tensor } from "../../tensor/create.ts";
import { fansOf } from "./fans.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `delta`. */
export interface DeltaOptions {
	/** Groups of the convolution, a divisor of its output channels. Default 1. */
	readonly groups?: number;
}

/**
 * 1 at the kernel's centre from input channel i to output channel i of each group, 0 elsewhere, for a weight `[out, in / groups, …kernel]`:
 * with padding "same" the convolution starts by handing on its channels. The centre of an even kernel is at length / 2.
 */
export const delta = defineInitializer<DeltaOptions>({
	name: "delta",
	formula: "1 at [i, i, centre] of each group, else 0",
	source: "Zagoruyko & Komodakis 2017, arXiv:1706.00388",
	torch: "nn.init.dirac_",
	aliases: ["dirac"],
	options: { groups: integerOption("groups of the convolution", 1, { min: 1 }) },
	fill: (shape, _rng, { groups }) => {
		checkKernel(shape, groups);
		const [out, inputs, ...window] = shape;
		const groupSize = out / groups;
		const windowSize = window.reduce((product, length) => product * length, 1);
		const centre = window.reduce((at, length) => at * length + Math.floor(length / 2), 0);
		const values = new Float32Array(out * inputs * windowSize);
		for (let group = 0; group < groups; group++) {
			for (let i = 0; i < Math.min(groupSize, inputs); i++) {
				values[((group * groupSize + i) * inputs + i) * windowSize + centre] = 1;
			}
		}
		return tensor(values, { shape });
	},
});

function checkKernel(shape: Shape, groups: number): void {
	if (shape.length < 3) {
		throw new ArgumentError(
			`delta: expected a convolution's weight [out, in, …kernel], received shape ${formatShape(shape)}.\n  Try: identity, which does the same for linear layers.`,
		);
	}
	fansOf(shape, "delta");
	if (shape[0] % groups !== 0) {
		throw new ArgumentError(`delta: expected groups to divide the ${shape[0]} output channels, received ${groups}.`);
	}
}
