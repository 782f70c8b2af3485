/** The handwritten digits that experiments train on, through the product's loaders. */
import { existsSync } from "node:fs";
import type { RandomStream } from "gradus";
import { arrayDataset, type Dataset, digits, loadMnist, type SyncDataset, subset } from "gradus/data";

/** Images of both parts, as rows of pixels from 0 to 1. */
export interface LoadedImages {
	/** "MNIST" or "digits". */
	readonly name: string;
	readonly train: SyncDataset;
	readonly test: SyncDataset;
	/** Of one image. */
	readonly shape: readonly [channels: number, height: number, width: number];
	readonly pixelCount: number;
}

interface Counts {
	readonly train: number;
	readonly test: number;
	/** Which images are drawn. */
	readonly rng: RandomStream;
}

/** Images drawn at random from the training and the test part; fewer where a part has fewer. */
export async function loadImages(folder: string, counts: Counts): Promise<LoadedImages> {
	const { name, train, test, shape } = hasMnist(folder) ? await fromMnist(folder) : await fromDigits();
	const pixelCount = shape[0] * shape[1] * shape[2];
	const draw = async (from: Dataset, part: "train" | "test"): Promise<SyncDataset> => {
		const { x, y } = await from.read(counts.rng.split(part).permutation(from.size).slice(0, counts[part]));
		return arrayDataset({ x, y, inputShape: [pixelCount], target: from.target });
	};
	return { name, shape, pixelCount, train: await draw(train, "train"), test: await draw(test, "test") };
}

/** Whether MNIST lies in that folder. */
export const hasMnist = (folder: string): boolean => existsSync(folder);

/** Name and size of the images that `loadImages` would give. */
export const imageFacts = (folder: string): { data: string; pixelCount: number } =>
	hasMnist(folder) ? { data: "MNIST", pixelCount: 784 } : { data: "digits", pixelCount: 64 };

interface Parts {
	readonly name: string;
	readonly train: Dataset;
	readonly test: Dataset;
	readonly shape: LoadedImages["shape"];
}

async function fromMnist(folder: string): Promise<Parts> {
	const { train, test } = await loadMnist({ folder });
	return { name: "MNIST", train, test: test ?? train, shape: train.inputShape };
}

/** A fifth of the digits, every fifth one, is for testing. */
async function fromDigits(): Promise<Parts> {
	const { features, labels, rowCount, classNames, imageHeight, imageWidth, columnCount } = await digits();
	const x = features.map((pixel) => pixel / 16);
	const all = arrayDataset({ x, y: labels, inputShape: [columnCount], target: { kind: "classes", classes: classNames } });
	const rows = Array.from({ length: rowCount }, (_, i) => i);
	return {
		...{ name: "digits", shape: [1, imageHeight, imageWidth] },
		train: subset(
			all,
			rows.filter((i) => i % 5 !== 0),
		),
		test: subset(
			all,
			rows.filter((i) => i % 5 === 0),
		),
	};
}
