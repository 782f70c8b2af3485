/** Reads a scaling out of a saved model, which may come from anywhere. */
import { JsonReader } from "../preprocessing/json-reader.ts";
import type { ImageScaling, ImageScalingKind } from "./image-scaling.ts";
import { type ImageShape, imageSize } from "./image-shape.ts";

/** Largest image whose mean is read, in values: 3 channels of 4096 × 4096. */
const MAX_IMAGE_SIZE = 3 * 4096 * 4096;
/** More channels than any image has. */
const MAX_CHANNELS = 64;
/** Below what 2⁵³ bytes can have; smaller ones would make infinities. */
const SMALLEST_DEVIATION = 1e-11;

const readers: { readonly [K in ImageScalingKind]: (json: JsonReader) => ImageScaling & { kind: K } } = {
	scale: (json) => {
		json.fields("kind");
		return { kind: "scale" };
	},
	meanImage: (json) => {
		const fields = json.fields("kind", "shape", "mean");
		const shape = readShape(fields.shape);
		return { kind: "meanImage", shape, mean: readFractions(fields.mean, imageSize(shape)) };
	},
	channelMean: (json) => {
		const { mean } = json.fields("kind", "mean");
		return { kind: "channelMean", mean: readFractions(mean, channelCount(mean)) };
	},
	standardize: (json) => {
		const { mean, deviation } = json.fields("kind", "mean", "deviation");
		const count = channelCount(mean);
		return { kind: "standardize", mean: readFractions(mean, count), deviation: readFractions(deviation, count, SMALLEST_DEVIATION) };
	},
};

/**
 * The scaling out of parsed JSON of unknown origin.
 *
 * @throws DataError that names the field if it is not one that `fitImageScaling` could have made
 */
export function parseImageScaling(json: unknown): ImageScaling {
	const reader = new JsonReader(json, "image scaling");
	const isObject = typeof json === "object" && json !== null;
	const kind = isObject ? Object.getOwnPropertyDescriptor(json, "kind")?.value : undefined;
	if (typeof kind === "string" && Object.hasOwn(readers, kind)) return readers[kind as ImageScalingKind](reader);
	return reader.refuse(`an object whose kind is one of ${Object.keys(readers).join(", ")}`);
}

function readShape(reader: JsonReader): ImageShape {
	const lengths = reader.items().map((item) => item.integer(1));
	const shape = lengths as unknown as ImageShape;
	if (lengths.length === 3 && imageSize(shape) <= MAX_IMAGE_SIZE) return shape;
	return reader.refuse(`[channels, height, width] of at most ${MAX_IMAGE_SIZE} values`);
}

function channelCount(reader: JsonReader): number {
	const { length } = reader.items();
	return length >= 1 && length <= MAX_CHANNELS ? length : reader.refuse(`a number for each of 1 to ${MAX_CHANNELS} channels`);
}

/** Means and deviations of bytes / 255 are at most 1. */
function readFractions(reader: JsonReader, count: number, min = 0): number[] {
	const items = reader.items();
	if (items.length !== count) reader.refuse(`a list of ${count} numbers`);
	return items.map((item) => (item.number(min) <= 1 ? item.number(min) : item.refuse("a number ≤ 1")));
}
