/** Losses by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import * as list from "./list.ts";
import type { Loss, LossFunction } from "./loss.ts";

/** All losses of the shelf by name. */
export const lossRegistry = new Registry("loss", techniquesIn<Loss<object>>("loss", list));

/** A loss by name, by name with options, or as a function. */
export type LossLike = Named | LossFunction;

/** Finds a loss and sets its options. @throws ArgumentError with the nearest names if there is none of that name */
export function toLoss(given: LossLike, registry: Registry<Loss<object>> = lossRegistry): LossFunction {
	if (typeof given === "function") return given;
	const { technique, options } = registry.find(given);
	return technique.withOptions(options);
}
