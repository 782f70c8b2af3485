/** Fits a scaling to training images, reading them in parts. Sums of bytes are whole numbers, so the order of images changes no bit. */
import { DataError } from "../errors.ts";
import type { ImageDataset } from "./image-dataset.ts";
import { type ImageScaling, type ImageScalingKind, WHITE } from "./image-scaling.ts";
import { imageSize } from "./image-shape.ts";

/** Images that are read at a time. */
const PART = 256;

/**
 * Fits how images are scaled. Give the rows of the training part alone: what validation images look like must not leak into training.
 *
 * @param rows - numbers of the training images
 * @param kind - "scale" to 0 … 1, less the "meanImage", less each "channelMean", or "standardize" each channel to mean 0 and deviation 1
 * @throws DataError if there are no rows
 * @example
 * const scaling = await fitImageScaling(train, trainRows);
 * const scaled = train.withScaling(scaling);
 */
export async function fitImageScaling(
	dataset: ImageDataset,
	rows: ArrayLike<number>,
	kind: ImageScalingKind = "standardize",
): Promise<ImageScaling> {
	if (kind === "scale") return { kind };
	if (rows.length === 0) throw new DataError("image scaling: expected at least one training image to fit to, received none.");
	if (kind === "meanImage") return { kind, shape: dataset.inputShape, mean: await meanImage(dataset, rows) };
	const { mean, deviation } = await channelMoments(dataset, rows);
	switch (kind) {
		case "channelMean":
			return { kind, mean };
		case "standardize":
			return { kind, mean, deviation };
		default:
			throw new DataError(
				`image scaling: expected "scale", "meanImage", "channelMean" or "standardize", received "${String(kind satisfies never)}".`,
			);
	}
}

async function* parts(dataset: ImageDataset, rows: ArrayLike<number>): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < rows.length; start += PART) {
		const length = Math.min(PART, rows.length - start);
		yield await dataset.readBytes(Array.from({ length }, (_, i) => rows[start + i]));
	}
}

async function meanImage(dataset: ImageDataset, rows: ArrayLike<number>): Promise<number[]> {
	const sums = new Float64Array(imageSize(dataset.inputShape));
	for await (const bytes of parts(dataset, rows)) {
		for (let start = 0; start < bytes.length; start += sums.length) {
			for (let i = 0; i < sums.length; i++) sums[i] += bytes[start + i];
		}
	}
	return Array.from(sums, (sum) => sum / rows.length / WHITE);
}

async function channelMoments(dataset: ImageDataset, rows: ArrayLike<number>): Promise<{ mean: number[]; deviation: number[] }> {
	const [channels, height, width] = dataset.inputShape;
	const counts = Array.from({ length: channels }, () => new Float64Array(WHITE + 1));
	for await (const bytes of parts(dataset, rows)) {
		for (let i = 0, at = 0; at < bytes.length; i++) {
			const count = counts[i % channels];
			for (const end = at + height * width; at < end; at++) count[bytes[at]]++;
		}
	}
	const moments = counts.map(momentsOfBytes);
	return { mean: moments.map(({ mean }) => mean), deviation: moments.map(({ deviation }) => deviation) };
}

/** Mean and standard deviation (divisor n) of bytes / 255, from how often each byte occurs; 1 for bytes that are all the same. */
function momentsOfBytes(counts: Float64Array): { mean: number; deviation: number } {
	const total = counts.reduce((sum, count) => sum + count, 0);
	const mean = counts.reduce((sum, count, byte) => sum + count * byte, 0) / total;
	const squares = counts.reduce((sum, count, byte) => sum + count * (byte - mean) ** 2, 0);
	// The rounded mean of equal bytes may lie beside them, so equal bytes are told by their counts.
	const constant = counts.includes(total);
	return { mean: mean / WHITE, deviation: constant ? 1 : Math.sqrt(squares / total) / WHITE };
}
