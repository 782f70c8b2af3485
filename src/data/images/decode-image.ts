/** Decodes image files to bytes of one size, the same way for training and for prediction. */
import { DataError, type DataPlace } from "../errors.ts";
import { describeStart } from "../files/signature.ts";
import { JsonReader } from "../preprocessing/json-reader.ts";
import type { ImageShape } from "./image-shape.ts";
import { readFileBytes } from "./node.ts";
import { type ImageHeader, loadSharp, type SharpPipeline } from "./sharp.ts";

/** How an image that is not of the wanted proportions is fitted in. */
export type ImageFit =
	/** Fills the size, keeps proportions, cuts off what sticks out on both sides. */
	| "cover"
	/** Lies wholly inside, keeps proportions, white at the sides. */
	| "contain"
	/** Stretched. */
	| "fill";

/** The fits by name. */
export const imageFits: readonly ImageFit[] = ["cover", "contain", "fill"];

/** What image files are made into. Plain JSON, saved with the model. */
export interface ImageSpec {
	/** 1 is grey, 3 are red, green, blue. */
	readonly channels: 1 | 3;
	/** Pixels. */
	readonly height: number;
	/** Pixels. */
	readonly width: number;
	readonly fit: ImageFit;
}

/** Longest side that images are made into, in pixels. */
export const MAX_SIDE = 4096;

/** What shines through transparent pixels and fills the sides of "contain": paper. */
const BACKGROUND = "#ffffff";

/** `[channels, height, width]` of decoded images. */
export function imageShapeOf({ channels, height, width }: ImageSpec): ImageShape {
	return [channels, height, width];
}

/**
 * Decodes an image file (PNG, JPEG, WebP, GIF, TIFF, AVIF, …) with the optional package sharp, off the main thread: turned upright as the
 * camera noted, resized, transparent parts white, of an animation the first frame.
 *
 * @param bytes - of the file
 * @returns bytes of the pixels, `[channels, height, width]`
 * @throws DataError if the image is damaged or none, or sharp is not installed
 */
export async function decodeImage(bytes: Uint8Array, spec: ImageSpec, place: DataPlace = {}): Promise<Uint8Array> {
	const { channels, height, width, fit } = spec;
	const { data, info } = await decoding(bytes, place, (image) =>
		image
			.resize(width, height, { fit, background: BACKGROUND })
			.flatten({ background: BACKGROUND })
			.toColourspace(channels === 1 ? "b-w" : "srgb")
			.raw({ depth: "uchar" })
			.toBuffer({ resolveWithObject: true }),
	);
	if (info.channels !== channels || info.width !== width || info.height !== height) {
		throw new DataError(`${place.file ?? "image"}: decoded to ${info.channels} channels of ${info.height} × ${info.width}.`, place);
	}
	return channels === 1 ? new Uint8Array(data) : channelsFirst(data, channels);
}

/**
 * Decodes an image file by its path, for predictions with the spec that the training images had.
 *
 * @returns bytes of the pixels, `[channels, height, width]`
 * @throws DataError if the file cannot be read, the image is damaged or none, or sharp is not installed
 * @example
 * const x = applyImageScaling(scaling, await decodeImageFile("cat.jpg", spec), imageShapeOf(spec));
 */
export async function decodeImageFile(file: string, spec: ImageSpec): Promise<Uint8Array> {
	return decodeImage(await readFileBytes(file), spec, { file });
}

/** What a file says of its image. @throws DataError if it is none */
export async function readImageHeader(file: string): Promise<ImageHeader> {
	return decoding(await readFileBytes(file), { file }, (image) => image.metadata());
}

/** The spec out of parsed JSON of unknown origin. @throws DataError that names the field if it is none */
export function parseImageSpec(json: unknown): ImageSpec {
	const { channels, height, width, fit } = new JsonReader(json, "image spec").fields("channels", "height", "width", "fit");
	const side = (reader: JsonReader): number => (reader.integer(1) <= MAX_SIDE ? reader.integer(1) : reader.refuse(`at most ${MAX_SIDE}`));
	const count = channels.integer(1);
	return {
		channels: count === 1 || count === 3 ? count : channels.refuse("1 or 3"),
		height: side(height),
		width: side(width),
		fit: fit.word(...imageFits),
	};
}

/** Runs sharp on a file's bytes; whatever it throws, at once or later, becomes a `DataError`. */
async function decoding<T>(bytes: Uint8Array, place: DataPlace, run: (image: SharpPipeline) => Promise<T>): Promise<T> {
	const sharp = loadSharp();
	try {
		// "error" lets through what every viewer shows without complaint, and refuses files that are cut off.
		return await run(sharp(bytes, { autoOrient: true, failOn: "error" }));
	} catch (error) {
		return refuse(error, bytes, place);
	}
}

function channelsFirst(pixels: Uint8Array, channels: number): Uint8Array {
	const out = new Uint8Array(pixels.length);
	const plane = pixels.length / channels;
	for (let channel = 0; channel < channels; channel++) {
		for (let i = 0, from = channel; i < plane; i++, from += channels) out[channel * plane + i] = pixels[from];
	}
	return out;
}

function refuse(error: unknown, bytes: Uint8Array, place: DataPlace): never {
	const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
	throw new DataError(
		`${place.file ?? "image"}: cannot be decoded (${reason}).\n  Expected an image, received ${describeStart(bytes)}.\n` +
			"  Try: open it in a viewer; if it does not show, fetch it again or delete it.",
		place,
	);
}
