/** Where the bytes of images lie: in memory, or in files that are decoded when asked for. */
import { type ImageShape, imageSize } from "./image-shape.ts";

/** Images by number, as bytes. */
export interface PixelStore {
	/** Number of images. */
	readonly count: number;
	readonly shape: ImageShape;
	/** The images of those numbers, in that order, `[indices.length, ...shape]`. The numbers have been checked. */
	read(indices: ArrayLike<number>): Uint8Array | Promise<Uint8Array>;
}

/** Images one behind the other in memory. */
export class MemoryPixels implements PixelStore {
	readonly count: number;
	readonly shape: ImageShape;
	readonly #bytes: Uint8Array;

	/** @param bytes - `[count, ...shape]`, kept, not copied */
	constructor(bytes: Uint8Array, shape: ImageShape) {
		this.count = bytes.length / imageSize(shape);
		this.shape = shape;
		this.#bytes = bytes;
	}

	read(indices: ArrayLike<number>): Uint8Array {
		const size = imageSize(this.shape);
		const out = new Uint8Array(indices.length * size);
		for (let i = 0; i < indices.length; i++) out.set(this.#bytes.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
		return out;
	}
}
