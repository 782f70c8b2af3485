/** Random crops of a padded image. */
import { integerOption } from "../../core/options.ts";
import { defineAugmentation } from "./augmentation.ts";
import { type Outside, outsideOption } from "./outside.ts";
import { translate } from "./translate.ts";

/** Options of `crop`. */
export interface CropOptions {
	/** Pixels that are added on each side before a piece of the old size is cut out. Default 4. */
	readonly padding?: number;
	/** What the padding shows. Default "edge"; "zero" as in the paper. */
	readonly outside?: Outside;
}

/** Pads images on each side and cuts out a piece of the old size at a random place. */
export const crop = defineAugmentation<CropOptions>({
	name: "crop",
	formula: "x[c, i, j] ← padded[c, i + u, j + v], u and v uniform from 0 to 2 · padding",
	source: "He, Zhang, Ren & Sun 2016, arXiv:1512.03385, section 4.2",
	torch: "torchvision.transforms.RandomCrop(size, padding)",
	options: {
		padding: integerOption("pixels that are added on each side", 4, { min: 0 }),
		outside: outsideOption,
	},
	shorthand: "padding",
	make: ({ padding, outside }) => ({
		kind: "image",
		name: "crop",
		augment: (image, shape, rng) =>
			translate(image, shape, { x: rng.integer(-padding, padding + 1), y: rng.integer(-padding, padding + 1), outside }),
	}),
});
