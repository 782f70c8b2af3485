/** Chooses the common size and the channels of a folder's images from a sample of them. */

import { DataError } from "../errors.ts";
import { eachConcurrently } from "./concurrent.ts";
import type { ImageFit, ImageSpec } from "./decode-image.ts";
import { decodeImageFile, readImageHeader } from "./decode-image.ts";
import type { ImageHeader } from "./sharp.ts";

/** What the user has chosen; the rest is inferred. */
export interface ChosenSpec {
	readonly size: readonly [height: number, width: number] | null;
	readonly channels: 1 | 3 | null;
	readonly fit: ImageFit;
}

/** Files whose headers are read. */
const HEADER_SAMPLE = 200;
/** Files that are decoded to see whether their colours are all grey. */
const COLOUR_SAMPLE = 32;
/** Pixels a side at which colours are looked at. */
const COLOUR_SIDE = 32;
/** Grey pictures stored as colours differ by that much between channels, from the rounding of JPEG. */
const GREY_TOLERANCE = 8;
/** Longest side of an inferred size: what small networks train on in minutes. */
const MAX_INFERRED_SIDE = 64;
/** Inferred sizes are multiples of this, so that two poolings halve them without a rest. */
const SIDE_STEP = 4;

const FILES_AT_ONCE = 8;

/**
 * Size: the median height and width, made smaller in proportion until the longer side has at most 64 pixels, rounded to multiples of 4.
 * Channels: 1 if all sampled images are grey, or coloured with equal channels (within 8 of 255); else 3. Images that cannot be read do
 * not count here; reading all of them says more.
 */
export async function inferSpec(files: readonly string[], chosen: ChosenSpec): Promise<ImageSpec> {
	const { size, channels, fit } = chosen;
	if (size !== null && channels !== null) return { channels, height: size[0], width: size[1], fit };
	const headers = await readSample(files, HEADER_SAMPLE, readImageHeader);
	const [height, width] = size ?? commonSize(headers.map(({ autoOrient }) => autoOrient));
	return { channels: channels ?? ((await allGrey(files, headers)) ? 1 : 3), height, width, fit };
}

/** The size for images of those sizes. */
export function commonSize(sizes: readonly { readonly width: number; readonly height: number }[]): [height: number, width: number] {
	const height = median(sizes.map((size) => size.height));
	const width = median(sizes.map((size) => size.width));
	const scale = Math.min(1, MAX_INFERRED_SIDE / Math.max(height, width));
	const side = (length: number): number => Math.max(SIDE_STEP, Math.round((length * scale) / SIDE_STEP) * SIDE_STEP);
	return [side(height), side(width)];
}

/** The lower of the two in the middle. */
function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}

async function allGrey(files: readonly string[], headers: readonly ImageHeader[]): Promise<boolean> {
	if (headers.every(({ space }) => space === "b-w" || space === "grey16")) return true;
	const spec: ImageSpec = { channels: 3, height: COLOUR_SIDE, width: COLOUR_SIDE, fit: "fill" };
	const images = await readSample(files, COLOUR_SAMPLE, (file) => decodeImageFile(file, spec));
	return images.every(isGrey);
}

/** Whether red, green and blue are equal but for rounding. */
function isGrey(image: Uint8Array): boolean {
	const plane = image.length / 3;
	for (let i = 0; i < plane; i++) {
		const [red, green, blue] = [image[i], image[i + plane], image[i + 2 * plane]];
		if (Math.max(red, green, blue) - Math.min(red, green, blue) > GREY_TOLERANCE) return false;
	}
	return true;
}

/** Reads files at even distances, without those that cannot be. @throws DataError about the first if there is no other */
async function readSample<T>(files: readonly string[], most: number, read: (file: string) => Promise<T>): Promise<T[]> {
	const count = Math.min(most, files.length);
	const results: (T | DataError)[] = [];
	await eachConcurrently(count, FILES_AT_ONCE, async (i) => {
		results[i] = await read(files[Math.floor((i * files.length) / count)]).catch((error: unknown) => {
			// Without a file it is not about this image: sharp is missing.
			if (error instanceof DataError && error.file !== undefined) return error;
			throw error;
		});
	});
	const readable = results.filter((result): result is Exclude<typeof result, DataError> => !(result instanceof DataError));
	if (readable.length === 0) throw results[0];
	return readable;
}
