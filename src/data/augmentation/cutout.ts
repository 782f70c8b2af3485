/** Squares cut out of images. */
import { numberOption } from "../../core/options.ts";
import type { ImageShape } from "../images/image-shape.ts";
import { defineAugmentation } from "./augmentation.ts";

/** Options of `cutout`. */
export interface CutoutOptions {
	/** Side of the square as a fraction of the image's shorter side, from 0 to 1. Default 0.5: 16 of 32 pixels, as for CIFAR-10. */
	readonly size?: number;
}

/**
 * Sets a square to 0 in all channels, the mean colour of standardised images. Its centre is uniform over the pixels, so parts of the square may
 * lie outside.
 */
export const cutout = defineAugmentation<CutoutOptions>({
	name: "cutout",
	formula: "x[:, i, j] ← 0 for |i − u| and |j − v| up to half the side, (u, v) uniform over the pixels",
	source: "DeVries & Taylor 2017, arXiv:1708.04552",
	torch: "torchvision.transforms.RandomErasing is near",
	options: { size: numberOption("side of the square, as a fraction of the shorter side", 0.5, { min: 0, max: 1 }) },
	shorthand: "size",
	make: ({ size }) => ({
		kind: "image",
		name: "cutout",
		augment(image, shape, rng) {
			const [, height, width] = shape;
			const side = Math.round(size * Math.min(height, width));
			cutSquare(image, shape, { side, x: rng.integer(0, width), y: rng.integer(0, height) });
		},
	}),
});

/** Sets the square of `side` pixels about (x, y) to 0; of an even side, the pixel right below the middle is (x, y). */
export function cutSquare(
	image: Float32Array,
	[channels, height, width]: ImageShape,
	{ side, x, y }: { side: number; x: number; y: number },
): void {
	const [left, top] = [x - (side >> 1), y - (side >> 1)];
	const [start, end] = [Math.max(0, left), Math.min(width, left + side)];
	for (let channel = 0; channel < channels; channel++) {
		for (let i = Math.max(0, top); i < Math.min(height, top + side); i++) {
			const row = (channel * height + i) * width;
			image.fill(0, row + start, row + end);
		}
	}
}
