/** Random rotations about the centre. */
import { numberOption } from "../../core/options.ts";
import type { ImageShape } from "../images/image-shape.ts";
import { defineAugmentation } from "./augmentation.ts";
import { type Outside, outsideOption } from "./outside.ts";

/** Options of `rotate`. */
export interface RotateOptions {
	/** Largest angle either way, in degrees from 0 to 180. Default 15. */
	readonly degrees?: number;
	/** What comes in at the corners. Default "edge". */
	readonly outside?: Outside;
}

/** Rotates images by an angle that is uniform between −degrees and degrees, with bilinear interpolation; the size stays. */
export const rotate = defineAugmentation<RotateOptions>({
	name: "rotate",
	formula: "x(p) ← x(R p) about the centre, bilinear",
	source: "Simard, Steinkraus & Platt 2003, doi:10.1109/ICDAR.2003.1227801",
	torch: "torchvision.transforms.RandomRotation(degrees, InterpolationMode.BILINEAR)",
	options: {
		degrees: numberOption("largest angle either way, in degrees", 15, { min: 0, max: 180 }),
		outside: outsideOption,
	},
	shorthand: "degrees",
	make: ({ degrees, outside }) => ({
		kind: "image",
		name: "rotate",
		augment: (image, shape, rng) => rotateImage(image, shape, { degrees: rng.uniform(-degrees, degrees), outside }),
	}),
});

/**
 * Steps of a pixel to which coordinates are rounded: quarter turns come out exact, and the last bits of sine and cosine, in which JavaScript
 * engines differ, seldom matter.
 */
const STEPS = 2 ** 16;

const snap = (x: number): number => Math.round(x * STEPS) / STEPS;

/** Turns an image about its centre, counter-clockwise as it is seen, in place. */
export function rotateImage(image: Float32Array, shape: ImageShape, { degrees, outside }: { degrees: number; outside: Outside }): void {
	const [channels, height, width] = shape;
	const source = image.slice();
	const angle = (degrees / 180) * Math.PI;
	const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
	const [centerX, centerY] = [(width - 1) / 2, (height - 1) / 2];
	const frame: Frame = { source, out: image, channels, height, width, isZero: outside === "zero" };
	for (let i = 0; i < height; i++) {
		for (let j = 0; j < width; j++) {
			const x = snap(centerX + cos * (j - centerX) - sin * (i - centerY));
			const y = snap(centerY + sin * (j - centerX) + cos * (i - centerY));
			bilinear(frame, { x, y }, i * width + j);
		}
	}
}

interface Frame {
	readonly source: Float32Array;
	readonly out: Float32Array;
	readonly channels: number;
	readonly height: number;
	readonly width: number;
	/** Whether pixels outside are 0; else they are the nearest inside. */
	readonly isZero: boolean;
}

/** out[at] of each channel = the source between the four pixels about (x, y). */
function bilinear({ source, out, channels, height, width, isZero }: Frame, { x, y }: { x: number; y: number }, at: number): void {
	const [left, top] = [Math.floor(x), Math.floor(y)];
	const [x0, x1] = [clamp(left, width), clamp(left + 1, width)];
	const [y0, y1] = [clamp(top, height) * width, clamp(top + 1, height) * width];
	const a = isZero && x0 !== left ? 0 : 1 - (x - left);
	const b = isZero && x1 !== left + 1 ? 0 : x - left;
	const c = isZero && y0 !== top * width ? 0 : 1 - (y - top);
	const d = isZero && y1 !== (top + 1) * width ? 0 : y - top;
	for (let channel = 0; channel < channels; channel++) {
		const start = channel * height * width;
		const upper = a * source[start + y0 + x0] + b * source[start + y0 + x1];
		const lower = a * source[start + y1 + x0] + b * source[start + y1 + x1];
		out[start + at] = c * upper + d * lower;
	}
}

const clamp = (place: number, length: number): number => Math.min(Math.max(place, 0), length - 1);
