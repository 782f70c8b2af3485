/** Labelled images: bytes from a store, scaled to numbers as batches are read. */
import { IndexError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Batch, Dataset, TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";
import type { InputSpec } from "../input-spec.ts";
import type { ImageSpec } from "./decode-image.ts";
import { applyImageScaling, checkScalingFits, type ImageScaling } from "./image-scaling.ts";
import { type ImageShape, imageCount } from "./image-shape.ts";
import { MemoryPixels, type PixelStore } from "./pixel-store.ts";

/** What an image data set is made of. */
export interface ImageDatasetParts {
	/** The images, or bytes of shape `[n, ...shape]`, kept, not copied. */
	readonly pixels: PixelStore | Uint8Array;
	/** Of one image; needed with bytes. */
	readonly shape?: ImageShape;
	/** Class index of each image. */
	readonly labels: Int32Array;
	/** Names of the classes in the order of their indices. */
	readonly classes: readonly string[];
	/** Default: bytes / 255. */
	readonly scaling?: ImageScaling;
	/** Where each image comes from, for reports. */
	readonly sources?: readonly string[];
	/** How image files became these bytes; null, the default, where they came as bytes. */
	readonly spec?: ImageSpec | null;
}

/**
 * Images with one class each. Bytes are kept as bytes; `read` scales those of a batch.
 *
 * @example
 * const drawings = new ImageDataset({ pixels: bytes, shape: [1, 28, 28], labels, classes: ["cat", "dog"] });
 * const { x, y } = await drawings.read([0, 5]); // x: [2, 1, 28, 28]
 */
export class ImageDataset implements Dataset {
	readonly size: number;
	readonly inputShape: ImageShape;
	readonly target: TargetKind & { readonly kind: "classes" };
	readonly labels: Int32Array;
	readonly scaling: ImageScaling;
	/** Where each image comes from; undefined for images from memory. */
	readonly sources: readonly string[] | undefined;
	readonly spec: ImageSpec | null;
	readonly #pixels: PixelStore;

	/** @throws DataError if images, labels, classes and scaling do not fit together */
	constructor(parts: ImageDatasetParts) {
		const { labels, classes, scaling = { kind: "scale" }, sources, spec = null } = parts;
		this.#pixels = parts.pixels instanceof Uint8Array ? inMemory(parts.pixels, parts.shape) : parts.pixels;
		this.size = this.#pixels.count;
		this.inputShape = this.#pixels.shape;
		this.target = { kind: "classes", classes };
		this.labels = labels;
		this.scaling = scaling;
		this.sources = sources;
		this.spec = spec;
		checkLabels(labels, this.size, classes.length);
		checkScalingFits(scaling, this.inputShape);
	}

	/** How bytes become inputs: saved with a model. */
	get input(): InputSpec {
		return { kind: "images", shape: this.inputShape, spec: this.spec, scaling: this.scaling, classes: this.target.classes };
	}

	/** The images of those numbers, scaled. At once where all lie in memory. @throws IndexError if a number is none of an image */
	read(indices: ArrayLike<number>): Batch | Promise<Batch> {
		const bytes = this.readBytes(indices);
		return bytes instanceof Uint8Array ? this.#batch(bytes, indices) : bytes.then((read) => this.#batch(read, indices));
	}

	/** The bytes of those images, `[indices.length, ...inputShape]`, not scaled. @throws IndexError if a number is none of an image */
	readBytes(indices: ArrayLike<number>): Uint8Array | Promise<Uint8Array> {
		for (let i = 0; i < indices.length; i++) {
			if (Number.isInteger(indices[i]) && indices[i] >= 0 && indices[i] < this.size) continue;
			throw new IndexError(`image data set: expected numbers from 0 to ${this.size - 1}, received ${indices[i]} at place ${i}.`);
		}
		return this.#pixels.read(indices);
	}

	/** The same images, scaled otherwise; bytes are shared. @throws DataError if the scaling is for other images */
	withScaling(scaling: ImageScaling): ImageDataset {
		return new ImageDataset({
			pixels: this.#pixels,
			labels: this.labels,
			classes: this.target.classes,
			scaling,
			sources: this.sources,
			spec: this.spec,
		});
	}

	#batch(bytes: Uint8Array, indices: ArrayLike<number>): Batch {
		const y = new Int32Array(indices.length);
		for (let i = 0; i < y.length; i++) y[i] = this.labels[indices[i]];
		return { x: applyImageScaling(this.scaling, bytes, this.inputShape), y, rowCount: y.length };
	}
}

function inMemory(bytes: Uint8Array, shape: ImageShape | undefined): MemoryPixels {
	const isShape = shape?.length === 3 && shape.every((length) => Number.isInteger(length) && length > 0);
	if (!isShape) {
		throw new DataError(
			`image data set: expected shape to be [channels, height, width], received ${shape === undefined ? "none" : formatShape(shape)}.`,
		);
	}
	imageCount(bytes, shape, "image data set");
	return new MemoryPixels(bytes, shape);
}

function checkLabels(labels: Int32Array, imageTotal: number, classCount: number): void {
	if (labels.length !== imageTotal) {
		throw new DataError(`image data set: ${imageTotal} images have ${labels.length} labels.\n  Expected one label an image.`);
	}
	const row = labels.findIndex((label) => label < 0 || label >= classCount);
	if (row < 0) return;
	throw new DataError(
		`image data set: the label of image ${row} is ${labels[row]}.\n  Expected class indices from 0 to ${classCount - 1}, as there are ${classCount} classes.`,
		{ row },
	);
}
