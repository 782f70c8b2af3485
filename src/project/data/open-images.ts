/** Images as training data: a folder of images by class, or IDX files. */
import { basename } from "node:path";
import type { RunConfig } from "../../config/run-config.ts";
import { subset } from "../../data/datasets/subset.ts";
import type { ImageSpec } from "../../data/images/decode-image.ts";
import { fitImageScaling } from "../../data/images/fit-image-scaling.ts";
import { openIdxFolder } from "../../data/images/idx-folder.ts";
import type { ImageDataset } from "../../data/images/image-dataset.ts";
import { openImageFolder } from "../../data/images/image-folder.ts";
import type { Split } from "../../data/splits/split-rows.ts";
import type { OpenedData, PreparedData } from "./opened.ts";

/** Opens a folder with one folder of images a class. */
export async function openImageData(folder: string, config: RunConfig): Promise<OpenedData> {
	const { imageSize, corruptImages } = config.data;
	const { dataset, spec, remarks } = await openImageFolder(folder, {
		corrupt: corruptImages,
		...(imageSize === undefined ? {} : { size: imageSize }),
	});
	const texts = remarks.map(({ file, message }) => `${file}: ${message}`);
	return openedImages(basename(folder), { train: dataset, test: null, spec, remarks: texts }, config);
}

/** Opens a folder of IDX files such as MNIST's. */
export async function openIdxData(folder: string, config: RunConfig): Promise<OpenedData> {
	const { train, test } = await openIdxFolder(folder);
	return openedImages(basename(folder), { train, test, spec: null, remarks: [] }, config);
}

/** Images that were opened. */
export interface OpenedImages {
	readonly train: ImageDataset;
	readonly test: ImageDataset | null;
	readonly spec: ImageSpec | null;
	readonly remarks: readonly string[];
}

/** Images in memory as training data. */
export function openedImages(name: string, { train, test, spec, remarks }: OpenedImages, config: RunConfig): OpenedData {
	const prepare = async (split: Split): Promise<PreparedData> => {
		const scaling = await fitImageScaling(train, split.train, scalingKinds[config.data.imageScaling ?? "channelStandard"]);
		const scaled = train.withScaling(scaling);
		const part = (rows: Int32Array) => (rows.length === 0 ? null : subset(scaled, rows));
		return {
			train: subset(scaled, split.train),
			validation: part(split.validation),
			test: test === null ? part(split.test) : test.withScaling(scaling),
			input: { kind: "images", shape: train.inputShape as readonly [number, number, number], spec, scaling, classes: train.target.classes },
			target: train.target,
			remarks: [],
		};
	};
	const splitBy = config.data.split === "random" ? "random" : { stratify: train.labels };
	return {
		name,
		kind: "images",
		rowCount: train.size,
		splitBy,
		hasOwnTest: test !== null,
		prepare,
		remarks,
		leaks: [],
		close: async () => {},
	};
}

const scalingKinds = { scale: "scale", meanImage: "meanImage", channelMean: "channelMean", channelStandard: "standardize" } as const;
