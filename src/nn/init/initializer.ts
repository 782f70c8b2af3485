/** What an initializer is: a function from a shape and a random stream to values. One file each in this folder. */

import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { checkDistribution, type Distribution, type RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Makes the first values of a parameter, float32 on the current executor. Linear weights are `[out, in]`, convolutions `[out, in, …kernel]`. */
export type Initializer = (shape: Shape, rng: RandomStream) => Tensor;

/** An initializer of the shelf. */
export interface InitializerTechnique extends Technique {
	readonly kind: "initializer";
}

/** `heNormal({ gain: 1 })` makes an initializer; `heNormal.source` names its paper. */
export type InitializerMaker<O> = Callable<(options?: O) => Initializer, InitializerTechnique>;

/** What a file in this folder states. */
export interface InitializerFacts<O> extends Omit<InitializerTechnique, "kind" | "options"> {
	readonly options: OptionSpecs<O>;
	/** The distribution whose numbers the options give, so that numbers which do not fit together are refused before any shape is known. */
	distribution?(options: Resolved<O>): Distribution;
	/** Makes the values. */
	fill(shape: Shape, rng: RandomStream, options: Resolved<O>): Tensor;
}

/**
 * Makes an initializer known by name, from inside the package or outside.
 *
 * @example
 * const tiny = defineInitializer<{ std?: number }>({
 *   name: "tiny", formula: "N(0, std²)", source: "—", torch: null,
 *   options: { std: positive("standard deviation", 1e-4) },
 *   fill: (shape, rng, { std }) => randomNormal(shape, rng, { std }),
 * });
 */
export function defineInitializer<O extends object>(facts: InitializerFacts<O>): InitializerMaker<O> {
	const { fill, distribution, ...technique } = facts;
	const make = (options?: O): Initializer => {
		const resolved = resolveOptions(facts.name, facts.options, options);
		if (distribution !== undefined) checkDistribution(distribution(resolved), facts.name);
		return (shape, rng) => fill(shape, rng, resolved);
	};
	return callable(make, { ...technique, kind: "initializer" as const, options: anyOptions(facts.options) });
}
