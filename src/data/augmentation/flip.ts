/** Mirror images. */
import { numberOption } from "../../core/options.ts";
import type { ImageShape } from "../images/image-shape.ts";
import { defineAugmentation } from "./augmentation.ts";

/** Options of `flip`. */
export interface FlipOptions {
	/** Probability that left and right are exchanged. Default 0.5. */
	readonly horizontal?: number;
	/** Probability that top and bottom are exchanged. Default 0. */
	readonly vertical?: number;
}

const probability = { min: 0, max: 1 };

/** Mirrors images, each way with its own probability. Not for what reads one way only, such as digits. */
export const flip = defineAugmentation<FlipOptions>({
	name: "flip",
	formula: "x[c, i, j] ← x[c, i, width − 1 − j] or x[c, height − 1 − i, j]",
	source: "Krizhevsky, Sutskever & Hinton 2012, doi:10.1145/3065386",
	torch: "torchvision.transforms.RandomHorizontalFlip, RandomVerticalFlip",
	options: {
		horizontal: numberOption("probability that left and right are exchanged", 0.5, probability),
		vertical: numberOption("probability that top and bottom are exchanged", 0, probability),
	},
	shorthand: "horizontal",
	make: ({ horizontal, vertical }) => ({
		kind: "image",
		name: "flip",
		augment(image, shape, rng) {
			if (horizontal > 0 && rng.bernoulli(horizontal)) flipHorizontally(image, shape);
			if (vertical > 0 && rng.bernoulli(vertical)) flipVertically(image, shape);
		},
	}),
});

/** Exchanges left and right. */
export function flipHorizontally(image: Float32Array, [, , width]: ImageShape): void {
	for (let start = 0; start < image.length; start += width) {
		for (let left = start, right = start + width - 1; left < right; left++, right--) swap(image, left, right);
	}
}

/** Exchanges top and bottom. */
export function flipVertically(image: Float32Array, [channels, height, width]: ImageShape): void {
	for (let channel = 0; channel < channels; channel++) {
		const start = channel * height * width;
		for (let top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
			for (let j = 0; j < width; j++) swap(image, start + top * width + j, start + bottom * width + j);
		}
	}
}

function swap(image: Float32Array, a: number, b: number): void {
	const value = image[a];
	image[a] = image[b];
	image[b] = value;
}
