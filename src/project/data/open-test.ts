/** Other data for a trained model: a test file or folder, read as the training data was. */
import { existsSync, statSync } from "node:fs";
import type { RunConfig } from "../../config/run-config.ts";
import type { Dataset } from "../../data/dataset.ts";
import { tableDataset } from "../../data/datasets/table-dataset.ts";
import { DataError } from "../../data/errors.ts";
import { openIdxFolder } from "../../data/images/idx-folder.ts";
import type { ImageDataset } from "../../data/images/image-dataset.ts";
import { openImageFolder } from "../../data/images/image-folder.ts";
import { openTable } from "../../data/sources/index.ts";
import { exampleCells } from "./example-cells.ts";
import { missingData } from "./missing-data.ts";
import { isIdxFolder } from "./open.ts";
import { openOptions } from "./open-table.ts";
import type { ExampleCells, InputSpec } from "./opened.ts";

/** Labelled data for a model, and its rows as people know them. */
export interface TestPart {
	readonly dataset: Dataset;
	/** An example as the table has it; absent for images. */
	readonly cells?: (example: number) => ExampleCells;
}

/**
 * Opens labelled data for a model.
 *
 * @throws DataError if it has other columns, classes or image sizes than the model was made for
 */
export async function openTestData(path: string, input: InputSpec, config: RunConfig): Promise<Dataset> {
	return (await openTestPart(path, input, config)).dataset;
}

/** The same, with what it takes to show single examples. */
export async function openTestPart(path: string, input: InputSpec, config: RunConfig): Promise<TestPart> {
	if (!existsSync(path)) throw missingData(path);
	if (input.kind === "table") {
		const { preprocessor } = input;
		const source = await openTable(path, openOptions(config));
		try {
			const table = await source.read();
			const rows = Int32Array.from({ length: table.rowCount }, (_, i) => i);
			return { dataset: tableDataset(preprocessor, table), cells: (example) => exampleCells(table, preprocessor, { rows, example }) };
		} finally {
			await source.close();
		}
	}
	return { dataset: sameClasses(await openImages(path, input), input).withScaling(input.scaling) };
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
