/** Folders of IDX files as MNIST, Fashion-MNIST and EMNIST come: images and labels of a training and a test part. */
import { formatShape } from "../../core/shape.ts";
import { DataError } from "../errors.ts";
import { type FileArray, toInt32 } from "../files/element-type.ts";
import { gunzip } from "../files/gzip.ts";
import { readIdx } from "../files/idx.ts";
import { ImageDataset } from "./image-dataset.ts";
import type { ImageShape } from "./image-shape.ts";
import { listFolder, readFileBytes } from "./node.ts";

/** The parts of a set of images. */
export interface ImageSplits {
	readonly train: ImageDataset;
	/** null where the folder has none. */
	readonly test: ImageDataset | null;
	/** "0", "1", … up to the largest label. */
	readonly classes: readonly string[];
}

type Part = "train" | "test";
type Content = "images" | "labels";

/** `train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`, `train-images-10k-idx3-ubyte.gz`, `emnist-letters-test-images-idx3-ubyte`. */
const fileName = /(?:^|[-_.])(train|t10k|test)[-_.](images|labels)(?:[-_.][^.]*)?[-_.]idx\d[-_.]u?byte(?:\.gz)?$/i;

/**
 * Opens a folder of IDX files, compressed or not. The parts are told by file names: `train` or `t10k` (`test`), then `images` or `labels`.
 *
 * @throws DataError if training files are missing or ambiguous, or images and labels do not fit together
 * @throws IdxError if a file is no IDX or not whole
 * @example
 * const { train, test } = await openIdxFolder("data/fashion-mnist"); // train.inputShape: [1, 28, 28]
 */
export async function openIdxFolder(folder: string): Promise<ImageSplits> {
	const files = await findFiles(folder);
	const train = await readPart(files, "train", folder);
	if (train === null) throw missingFiles(folder, "train", ["images", "labels"]);
	const test = await readPart(files, "test", folder);
	if (test !== null && formatShape(test.shape) !== formatShape(train.shape)) {
		throw new DataError(`${folder}: the test images are ${formatShape(test.shape)}, the training images ${formatShape(train.shape)}.`);
	}
	const largest = Math.max(largestLabel(train), test === null ? 0 : largestLabel(test));
	const classes = Array.from({ length: largest + 1 }, (_, label) => String(label));
	const dataset = ({ pixels, shape, labels }: PartData) => new ImageDataset({ pixels, shape, labels, classes });
	return { train: dataset(train), test: test === null ? null : dataset(test), classes };
}

interface PartData {
	readonly pixels: Uint8Array;
	readonly shape: ImageShape;
	readonly labels: Int32Array;
}

function largestLabel({ labels }: PartData): number {
	return labels.reduce((largest, label) => Math.max(largest, label), 0);
}

type FoundFiles = ReadonlyMap<`${Part} ${Content}`, string>;

async function findFiles(folder: string): Promise<FoundFiles> {
	const found = new Map<`${Part} ${Content}`, string>();
	for (const { name, path, kind } of await listFolder(folder)) {
		const match = kind === "file" ? fileName.exec(name) : null;
		if (match === null) continue;
		const key = `${match[1].toLowerCase() === "train" ? "train" : "test"} ${match[2].toLowerCase() as Content}` as const;
		const other = found.get(key);
		// Sorted by name, the unpacked file comes before the same with .gz.
		if (path === `${other}.gz`) continue;
		if (other !== undefined)
			throw new DataError(`${folder}: expected one file of ${key}, received ${other} and ${path}.\n  Try: move one away.`);
		found.set(key, path);
	}
	return found;
}

async function readPart(files: FoundFiles, part: Part, folder: string): Promise<PartData | null> {
	const [imageFile, labelFile] = [files.get(`${part} images`), files.get(`${part} labels`)];
	if (imageFile === undefined && labelFile === undefined) return null;
	if (imageFile === undefined || labelFile === undefined) throw missingFiles(folder, part, [imageFile === undefined ? "images" : "labels"]);
	const { data: pixels, shape } = await readArray(imageFile, [3, 4], "images [n, height, width] or [n, channels, height, width]");
	const labelArray = await readArray(labelFile, [1], "labels [n]");
	if (shape[0] !== labelArray.shape[0]) {
		throw new DataError(
			`${folder}: ${imageFile} has ${shape[0]} images, ${labelFile} has ${labelArray.shape[0]} labels.\n  Expected one label an image.`,
			{ file: labelFile },
		);
	}
	const [height, width] = shape.slice(-2);
	return { pixels, shape: [shape.length === 4 ? shape[1] : 1, height, width], labels: toInt32(labelArray, labelFile) };
}

async function readArray(file: string, ranks: readonly number[], what: string): Promise<FileArray & { data: Uint8Array }> {
	const array = readIdx(await gunzip(await readFileBytes(file), { file }), { file });
	if (array.dtype !== "uint8" || !ranks.includes(array.shape.length) || array.shape.includes(0)) {
		throw new DataError(`${file}: expected ${what} of uint8, at least one, received ${formatShape(array.shape)} of ${array.dtype}.`, {
			file,
		});
	}
	return array as FileArray & { data: Uint8Array };
}

function missingFiles(folder: string, part: Part, contents: readonly Content[]): DataError {
	const prefix = part === "train" ? "train" : "t10k";
	const names = contents.map((content) => `${prefix}-${content}-idx${content === "images" ? 3 : 1}-ubyte.gz`);
	return new DataError(
		`${folder}: expected ${names.join(" and ")}, found no such file.\n  Try: put ${names.length > 1 ? "them" : "it"} there, or name the folder that has ${names.length > 1 ? "them" : "it"}; the .gz may be unpacked.`,
		{ file: folder },
	);
}
