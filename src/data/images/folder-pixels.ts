/** Images in files: decoded once and kept as bytes as far as memory is granted, else decoded when asked for. */
import { DataError } from "../errors.ts";
import { eachConcurrently } from "./concurrent.ts";
import { decodeImageFile, type ImageSpec, imageShapeOf } from "./decode-image.ts";
import { type ImageShape, imageSize } from "./image-shape.ts";
import type { PixelStore } from "./pixel-store.ts";

/** How files are gone through when a folder is opened. */
export interface FolderPixelsOptions {
	readonly cacheBytes: number;
	/** `skip`: damaged images are left out, and so all are decoded once at the start. */
	readonly corrupt: "error" | "skip";
	readonly onProgress: ((done: number, total: number) => void) | null;
	readonly signal: AbortSignal | null;
}

/** Images that are decoded at a time; sharp's threads are fewer, the others wait for the disk. */
const IMAGES_AT_ONCE = 8;

/** Files as a store of pixels. */
export class FolderPixels implements PixelStore {
	readonly shape: ImageShape;
	/** The files that are left, image by image. */
	readonly files: readonly string[];
	readonly #spec: ImageSpec;
	readonly #cache: Uint8Array;
	/** Place in the cache of each image, −1 for those that are not there. */
	readonly #slots: Int32Array;

	private constructor(spec: ImageSpec, parts: { files: readonly string[]; cache: Uint8Array; slots: Int32Array }) {
		this.shape = imageShapeOf(spec);
		this.#spec = spec;
		this.files = parts.files;
		this.#cache = parts.cache;
		this.#slots = parts.slots;
	}

	/**
	 * Decodes what fits into the cache, from the first file on.
	 *
	 * @returns the store, which files it has, and what was wrong with the others
	 * @throws DataError about a damaged image, the first by order, unless they are to be skipped
	 */
	static async open(
		files: readonly string[],
		spec: ImageSpec,
		options: FolderPixelsOptions,
	): Promise<{ pixels: FolderPixels; kept: readonly number[]; corrupt: readonly DataError[] }> {
		const size = imageSize(imageShapeOf(spec));
		const cachedCount = Math.min(files.length, Math.floor(options.cacheBytes / size));
		const cache = new Uint8Array(cachedCount * size);
		const faults = new Map<number, DataError>();
		const total = options.corrupt === "skip" ? files.length : cachedCount;
		let done = 0;
		await eachConcurrently(total, IMAGES_AT_ONCE, async (i) => {
			options.signal?.throwIfAborted();
			const image = await decodeImageFile(files[i], spec).catch((error: unknown) => {
				// Without a file it is not about this image: sharp is missing.
				if (options.corrupt === "error" || !(error instanceof DataError) || error.file === undefined) throw error;
				faults.set(i, error);
			});
			if (image && i < cachedCount) cache.set(image, i * size);
			options.onProgress?.(++done, total);
		});
		const kept = Array.from(files.keys()).filter((i) => !faults.has(i));
		const slots = Int32Array.from(kept, (i) => (i < cachedCount ? i : -1));
		const corrupt = [...faults].sort(([a], [b]) => a - b).map(([, fault]) => fault);
		return { pixels: new FolderPixels(spec, { files: kept.map((i) => files[i]), cache, slots }), kept, corrupt };
	}

	get count(): number {
		return this.files.length;
	}

	read(indices: ArrayLike<number>): Uint8Array | Promise<Uint8Array> {
		const size = imageSize(this.shape);
		const out = new Uint8Array(indices.length * size);
		const absent: number[] = [];
		for (let i = 0; i < indices.length; i++) {
			const slot = this.#slots[indices[i]];
			if (slot < 0) absent.push(i);
			else out.set(this.#cache.subarray(slot * size, (slot + 1) * size), i * size);
		}
		if (absent.length === 0) return out;
		return eachConcurrently(absent.length, IMAGES_AT_ONCE, async (i) => {
			out.set(await decodeImageFile(this.files[indices[absent[i]]], this.#spec), absent[i] * size);
		}).then(() => out);
	}
}
