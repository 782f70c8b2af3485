/** Other data for a trained model: a test file or folder, read as the training data was. */
import { statSync } from "node:fs";
import type { RunConfig } from "../../config/run-config.ts";
import type { Dataset } from "../../data/dataset.ts";
import { tableDataset } from "../../data/datasets/table-dataset.ts";
import { DataError } from "../../data/errors.ts";
import { openIdxFolder } from "../../data/images/idx-folder.ts";
import type { ImageDataset } from "../../data/images/image-dataset.ts";
import { openImageFolder } from "../../data/images/image-folder.ts";
import { openTable } from "../../data/sources/index.ts";
import { isIdxFolder } from "./open.ts";
import { openOptions } from "./open-table.ts";
import type { InputSpec } from "./opened.ts";

/**
 * Opens labelled data for a model.
 *
 * @throws DataError if it has other columns, classes or image sizes than the model was made for
 */
export async function openTestData(path: string, input: InputSpec, config: RunConfig): Promise<Dataset> {
	if (input.kind === "table") {
		const source = await openTable(path, openOptions(config));
		try {
			return tableDataset(input.preprocessor, await source.read());
		} finally {
			await source.close();
		}
	}
	return sameClasses(await openImages(path, input), input).withScaling(input.scaling);
}

async function openImages(path: string, { spec }: Extract<InputSpec, { kind: "images" }>): Promise<ImageDataset> {
	if (!statSync(path).isDirectory()) throw new DataError(`${path}: expected a folder of images, received a file.`, { file: path });
	if (isIdxFolder(path)) {
		const { train, test } = await openIdxFolder(path);
		return test ?? train;
	}
	const size = spec === null ? {} : { size: [spec.height, spec.width] as const, channels: spec.channels, fit: spec.fit };
	return (await openImageFolder(path, size)).dataset;
}

function sameClasses(dataset: ImageDataset, { classes, shape }: Extract<InputSpec, { kind: "images" }>): ImageDataset {
	if (dataset.inputShape.join() !== shape.join()) {
		throw new DataError(`The images are ${dataset.inputShape.join(" × ")}; the model was made for ${shape.join(" × ")}.`);
	}
	if (dataset.target.classes.join("\n") !== classes.join("\n")) {
		throw new DataError(`The classes are ${dataset.target.classes.join(", ")}; the model knows ${classes.join(", ")}.`);
	}
	return dataset;
}
