/** What a layer of the shelf is: a module class, and the technique that builds it from a config. One file each in this folder. */

import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import type { Registry, Technique } from "../../core/technique.ts";
import type { ActivationFunction } from "../activations/activation.ts";
import type { InitializerLike } from "../init/index.ts";
import type { InitializerMaker } from "../init/initializer.ts";
import type { Module } from "../module.ts";

/** What a layer is told when it is built from a config. */
export interface LayerContext {
	/** Of one example, without the batch axis: `[features]`, `[channels, height, width]`, `[time, features]`. */
	readonly inputShape: Shape;
	/** For the layer's first weights and its own streams. */
	readonly rng: RandomStream;
	/** Initializer of weights where the layer's options name none; null leaves it to the layer. */
	readonly weightInit: InitializerLike | null;
	/** The names that options may use. */
	readonly activations: Registry<ActivationFunction<object>>;
	readonly initializers: Registry<InitializerMaker<object>>;
	/** Builds a layer, or a list of layers, inside this one, as residual blocks need; its shape is `inputShape` unless given. */
	build(config: unknown, inputShape?: Shape): Module;
}

/** A layer of the shelf. */
export interface LayerTechnique extends Technique {
	readonly kind: "layer";
	/** Builds it for its place in a network. */
	create(options: object, context: LayerContext): Module;
}

/** What a file in this folder states besides its class. */
export interface LayerFacts<O> extends Omit<LayerTechnique, "kind" | "shorthand" | "options" | "create"> {
	/** The option that a bare value stands for. */
	readonly shorthand?: keyof O & string;
	readonly options: OptionSpecs<O>;
	create(options: Resolved<O>, context: LayerContext): Module;
}

/** Makes a layer known by name, from inside the package or outside. */
export function defineLayer<O extends object>(facts: LayerFacts<O>): LayerTechnique {
	return {
		...facts,
		kind: "layer",
		options: anyOptions(facts.options),
		create: (options, context) => facts.create(resolveOptions(facts.name, facts.options, options as O), context),
	};
}
