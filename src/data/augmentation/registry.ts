/** Augmentations by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import type { Augmentation, AugmentationMaker } from "./augmentation.ts";
import * as list from "./list.ts";

/** All augmentations of the shelf by name. */
export const augmentationRegistry = new Registry("augmentation", techniquesIn<AugmentationMaker<object>>("augmentation", list));

/** An augmentation by name, by name with options, or ready-made. */
export type AugmentationLike = Named | Augmentation;

/**
 * Finds augmentations and sets their options, in the order given.
 *
 * @throws ArgumentError with the nearest names if there is none of a name, or about an option
 * @example
 * toAugmentations(["flip", { crop: 4 }, { rotate: { degrees: 10 } }]);
 */
export function toAugmentations(
	given: readonly AugmentationLike[],
	registry: Registry<AugmentationMaker<object>> = augmentationRegistry,
): Augmentation[] {
	return given.map((one) => {
		if (typeof one === "object" && "augment" in one && typeof one.augment === "function") return one as Augmentation;
		const { technique, options } = registry.find(one as Named);
		return technique(options);
	});
}
