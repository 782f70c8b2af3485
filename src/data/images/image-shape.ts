/** Shapes of images, and their checks. */
import { formatShape } from "../../core/shape.ts";
import { DataError } from "../errors.ts";

/** Of one image; 1 channel is grey, 3 are red, green, blue. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** Bytes, or pixel values, of one image. */
export function imageSize([channels, height, width]: ImageShape): number {
	return channels * height * width;
}

/** Number of images in `bytes`. @throws DataError if they do not divide into whole images */
export function imageCount(bytes: Uint8Array, shape: ImageShape, where: string): number {
	const size = imageSize(shape);
	const count = size === 0 ? 0 : bytes.length / size;
	if (Number.isInteger(count)) return count;
	throw new DataError(
		`${where}: ${bytes.length} bytes are no whole number of images.\n  Expected a multiple of ${size} for ${formatShape(shape)}.`,
	);
}
