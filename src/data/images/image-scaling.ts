/** How bytes of images become the numbers that networks take: plain JSON, fitted on training images, saved with the model. */
import { formatShape } from "../../core/shape.ts";
import { DataError } from "../errors.ts";
import { type ImageShape, imageCount, imageSize } from "./image-shape.ts";

/** A fitted scaling; x is a byte / 255, so 0 … 1. Plain JSON. */
export type ImageScaling =
	/** x */
	| { readonly kind: "scale" }
	/** x − the mean of the training images at that channel and pixel. Images must have that shape. */
	| { readonly kind: "meanImage"; readonly shape: ImageShape; readonly mean: readonly number[] }
	/** x − the channel's mean. */
	| { readonly kind: "channelMean"; readonly mean: readonly number[] }
	/** (x − the channel's mean) / the channel's standard deviation (divisor n; 1 where a channel is constant). */
	| { readonly kind: "standardize"; readonly mean: readonly number[]; readonly deviation: readonly number[] };

/** Name of a scaling. */
export type ImageScalingKind = ImageScaling["kind"];

/** The byte that stands for 1. */
export const WHITE = 255;

/**
 * The scaled images, `[n, ...shape]`.
 *
 * @param bytes - whole images, row-major
 * @throws DataError if the scaling was fitted to images of another shape or number of channels
 * @example
 * const x = applyImageScaling(scaling, await decodeImageFile("cat.jpg", spec), imageShapeOf(spec));
 */
export function applyImageScaling(scaling: ImageScaling, bytes: Uint8Array, shape: ImageShape): Float32Array {
	const count = imageCount(bytes, shape, "image scaling");
	checkScalingFits(scaling, shape);
	const out = new Float32Array(bytes.length);
	if (scaling.kind === "meanImage") {
		const size = imageSize(shape);
		for (let start = 0; start < out.length; start += size) subtractImage(scaling.mean, bytes, { start, out });
		return out;
	}
	const [channels, height, width] = shape;
	const tables = Array.from({ length: channels }, (_, channel) => valuesOf(scaling, channel));
	const plane = height * width;
	for (let i = 0, at = 0; i < count * channels; i++) {
		const table = tables[i % channels];
		for (const end = at + plane; at < end; at++) out[at] = table[bytes[at]];
	}
	return out;
}

/** Checks that a scaling is for images of that shape. @throws DataError if not */
export function checkScalingFits(scaling: ImageScaling, shape: ImageShape): void {
	if (scaling.kind === "scale") return;
	const fits = scaling.kind === "meanImage" ? scaling.shape.every((length, i) => length === shape[i]) : scaling.mean.length === shape[0];
	if (fits) return;
	const expected = scaling.kind === "meanImage" ? `images ${formatShape(scaling.shape)}` : `${scaling.mean.length} channels`;
	throw new DataError(
		`image scaling: it was fitted to ${expected}, received images ${formatShape(shape)}.\n` +
			"  Try: read the images with the size and channels of the training images.",
	);
}

/** What each of the 256 bytes becomes in a channel: looking it up is faster than computing it, and as exact. */
function valuesOf(scaling: Exclude<ImageScaling, { kind: "meanImage" }>, channel: number): Float32Array {
	const mean = scaling.kind === "scale" ? 0 : scaling.mean[channel];
	const deviation = scaling.kind === "standardize" ? scaling.deviation[channel] : 1;
	return Float32Array.from({ length: WHITE + 1 }, (_, byte) => (byte / WHITE - mean) / deviation);
}

function subtractImage(mean: readonly number[], bytes: Uint8Array, { start, out }: { start: number; out: Float32Array }): void {
	for (let i = 0; i < mean.length; i++) out[start + i] = bytes[start + i] / WHITE - mean[i];
}
