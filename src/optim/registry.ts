/** Optimizers by name. */
import { type Named, Registry, techniquesIn } from "../core/technique.ts";
import type { Optimizer, Trainable } from "./optimizer.ts";
import * as list from "./optimizers/list.ts";
import type { OptimizerMaker } from "./technique.ts";

/** All optimizers of the shelf by name. */
export const optimizerRegistry = new Registry("optimizer", techniquesIn<OptimizerMaker<object>>("optimizer", list));

/**
 * Makes an optimizer by name, or by name with options.
 *
 * @throws ArgumentError with the nearest names if there is none of that name
 * @example
 * const optimizer = optimizerByName({ adamW: { lr: 1e-3 } }, model.parameters());
 */
export function optimizerByName(
	named: Named,
	trainable: Trainable,
	registry: Registry<OptimizerMaker<object>> = optimizerRegistry,
): Optimizer {
	const { technique, options } = registry.find(named);
	return technique(trainable, options);
}
