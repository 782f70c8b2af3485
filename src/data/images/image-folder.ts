/** Opens a folder of images with one folder for each class. */
import { ArgumentError } from "../../core/errors.ts";
import { choiceOption, integerOption, type OptionSpecs, resolveOptions } from "../../core/options.ts";
import { DataError } from "../errors.ts";
import { type ImageRemark, listClassFolders } from "./class-folders.ts";
import { type ImageFit, type ImageSpec, imageFits, MAX_SIDE } from "./decode-image.ts";
import { FolderPixels } from "./folder-pixels.ts";
import { ImageDataset } from "./image-dataset.ts";
import { inferSpec } from "./infer-spec.ts";

/** How a folder of images is read. */
export interface ImageFolderOptions {
	/**
	 * Common size in pixels: one number for squares, or [height, width]. Default: the median of the images, at most 64, a multiple of 4.
	 */
	readonly size?: number | readonly [height: number, width: number] | null;
	/** 1 for grey, 3 for colours. Default: grey if a sample of the images is grey. */
	readonly channels?: 1 | 3 | null;
	/** How images of other proportions are fitted in. Default "cover": filled, what sticks out is cut off. */
	readonly fit?: ImageFit;
	/** Whether a damaged image is an error, or left out with a remark. Default "error". */
	readonly corrupt?: "error" | "skip";
	/** Memory for decoded images, in bytes; images beyond it are decoded whenever they are read. Default 1 GiB. */
	readonly cacheBytes?: number;
	/** Called after each image that is decoded on opening. */
	readonly onProgress?: ((done: number, total: number) => void) | null;
	/** Ends opening. */
	readonly signal?: AbortSignal | null;
}

const side = integerOption("pixels", undefined, { min: 1, max: MAX_SIDE });

const specs: OptionSpecs<ImageFolderOptions> = {
	size: {
		kind: "list",
		about: "common size in pixels: a number, or [height, width]",
		items: side,
		length: 2,
		orSingle: true,
		default: null,
	},
	channels: integerOption("1 for grey, 3 for colours", null, { min: 1, max: 3 }),
	fit: choiceOption("how images of other proportions are fitted in", imageFits, "cover"),
	corrupt: choiceOption("what a damaged image is", ["error", "skip"], "error"),
	cacheBytes: integerOption("memory for decoded images, in bytes", 2 ** 30, { min: 0, max: 2 ** 32 }),
	onProgress: { kind: "code", about: "a function of images done and in all", default: null },
	signal: { kind: "code", about: "an AbortSignal", default: null },
};

/** A folder of images, opened. */
export interface ImageFolder {
	readonly dataset: ImageDataset;
	/** What images are made into; save it with the model for `decodeImageFile`. */
	readonly spec: ImageSpec;
	/** Files that were ignored or left out. */
	readonly remarks: readonly ImageRemark[];
}

/**
 * Opens a folder with one folder of images for each class: `cats/1.jpg`, `dogs/2.png`. Classes are the folders' names, sorted; hidden
 * files and those that are no images by their names are left out. Needs the optional package sharp, which decodes on threads of its own.
 *
 * @throws DataError if there are no class folders, only one, one without images, an image cannot be decoded (unless `corrupt` is
 * "skip"), or sharp is not installed
 * @throws ArgumentError if an option makes no sense
 * @example
 * const { dataset, spec } = await openImageFolder("photos", { size: 64 });
 * dataset.target.classes; // ["cats", "dogs"]
 */
export async function openImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
	const { size, channels, fit, ...reading } = resolveOptions("openImageFolder", specs, options);
	if ((channels as number | null) === 2) {
		throw new ArgumentError("openImageFolder: expected channels to be 1 (grey) or 3 (colours), received 2.");
	}
	const found = await listClassFolders(folder);
	const spec = await inferSpec(found.files, { size: typeof size === "number" ? [size, size] : size, channels, fit });
	const { pixels, kept, corrupt } = await FolderPixels.open(found.files, spec, reading);
	const labels = Int32Array.from(kept, (i) => found.labels[i]);
	checkNoneEmptied(found.classes, labels, corrupt);
	const dataset = new ImageDataset({ pixels, labels, classes: found.classes, sources: pixels.files, spec });
	const skipped = corrupt.map(({ file = folder, message }): ImageRemark => ({ kind: "corrupt", file, message }));
	return { dataset, spec, remarks: [...found.remarks, ...skipped] };
}

function checkNoneEmptied(classes: readonly string[], labels: Int32Array, corrupt: readonly DataError[]): void {
	const present = new Set(labels);
	const emptied = classes.find((_, label) => !present.has(label));
	if (emptied === undefined) return;
	throw new DataError(`openImageFolder: of the class "${emptied}" no image can be decoded. ${corrupt[0]?.message ?? ""}`, {
		file: corrupt[0]?.file,
	});
}
