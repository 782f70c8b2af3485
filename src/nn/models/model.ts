/** What a model of the shelf is: a recipe that gives a list of layers for a task. One file each in this folder. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import type { Shape } from "../../core/shape.ts";
import type { Technique } from "../../core/technique.ts";
import type { LayerConfig } from "../build.ts";

/** What a recipe is told. */
export interface TaskShape {
	/** Of one example, without the batch axis. */
	readonly inputShape: Shape;
	/** Classes, or numbers to predict. */
	readonly outputCount: number;
}

/** A model of the shelf. */
export interface ModelTechnique extends Technique {
	readonly kind: "model";
	layers(options: object, task: TaskShape): LayerConfig[];
}

/** What a file in this folder states. */
export interface ModelFacts<O> extends Omit<ModelTechnique, "kind" | "options" | "layers"> {
	readonly options: OptionSpecs<O>;
	layers(options: Resolved<O>, task: TaskShape): LayerConfig[];
}

/** Makes a recipe known by name, from inside the package or outside. */
export function defineModel<O extends object>(facts: ModelFacts<O>): ModelTechnique {
	return {
		...facts,
		kind: "model",
		options: anyOptions(facts.options),
		layers: (options, task) => facts.layers(resolveOptions(facts.name, facts.options, options as O), task),
	};
}
