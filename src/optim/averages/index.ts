/** Weight averages by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import * as list from "./list.ts";
import type { Averaged, AverageMaker, ParameterAverage } from "./weight-average.ts";

/** All weight averages of the shelf by name. */
export const averageRegistry = new Registry("average", techniquesIn<AverageMaker<object>>("average", list));

/**
 * Makes a weight average by name, or by name with options.
 *
 * @throws ArgumentError with the nearest names if there is none of that name
 * @example
 * const average = averageByName({ exponentialAverage: 0.99 }, optimizer);
 */
export function averageByName(
	named: Named,
	averaged: Averaged,
	registry: Registry<AverageMaker<object>> = averageRegistry,
): ParameterAverage {
	const { technique, options } = registry.find(named);
	return technique(averaged, options);
}
