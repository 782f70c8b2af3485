/** Random shifts, in parts of the image's size. */
import { numberOption } from "../../core/options.ts";
import { defineAugmentation } from "./augmentation.ts";
import { type Outside, outsideOption } from "./outside.ts";
import { translate } from "./translate.ts";

/** Options of `shift`. */
export interface ShiftOptions {
	/** Farthest shift to the left and right, as a fraction of the width. Default 0.1. */
	readonly horizontal?: number;
	/** Farthest shift up and down, as a fraction of the height. Default 0.1. */
	readonly vertical?: number;
	/** What comes in from outside. Default "edge". */
	readonly outside?: Outside;
}

const fraction = { min: 0, max: 1 };

/** Shifts images by whole pixels, each distance equally likely. */
export const shift = defineAugmentation<ShiftOptions>({
	name: "shift",
	formula: "x[c, i, j] ← x[c, i − u, j − v], |u| ≤ vertical · height, |v| ≤ horizontal · width",
	source: "Simard, Steinkraus & Platt 2003, doi:10.1109/ICDAR.2003.1227801",
	torch: "torchvision.transforms.RandomAffine(0, translate)",
	aliases: ["translate"],
	options: {
		horizontal: numberOption("farthest shift sideways, as a fraction of the width", 0.1, fraction),
		vertical: numberOption("farthest shift up and down, as a fraction of the height", 0.1, fraction),
		outside: outsideOption,
	},
	make: ({ horizontal, vertical, outside }) => ({
		kind: "image",
		name: "shift",
		augment(image, shape, rng) {
			const [, height, width] = shape;
			const [right, down] = [Math.round(horizontal * width), Math.round(vertical * height)];
			translate(image, shape, { x: rng.integer(-right, right + 1), y: rng.integer(-down, down + 1), outside });
		},
	}),
});
