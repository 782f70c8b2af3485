/** The built-in data sets as training data. */
import type { RunConfig } from "../../config/run-config.ts";
import { digits } from "../../data/builtin/digits.ts";
import { iris } from "../../data/builtin/iris.ts";
import { ImageDataset } from "../../data/images/image-dataset.ts";
import { sourceFromTable, tableFromRows } from "../../data/sources/index.ts";
import { openedImages } from "./open-images.ts";
import { openTableData } from "./open-table.ts";
import type { OpenedData } from "./opened.ts";

/** Names of the built-in data sets, and how each is opened. */
export const builtinData: Readonly<Record<string, (config: RunConfig) => Promise<OpenedData>>> = {
	digits: async (config) => {
		const { features, labels, classNames, imageHeight, imageWidth } = await digits();
		// Ink from 0 to 16 becomes bytes from 0 to 255.
		const pixels = Uint8Array.from(features, (ink) => Math.round((ink / 16) * 255));
		const train = new ImageDataset({ pixels, shape: [1, imageHeight, imageWidth], labels, classes: [...classNames] });
		return openedImages("digits", { train, test: null, spec: null, remarks: [] }, config);
	},
	iris: async (config) => {
		const { features, labels, columnNames, classNames } = await iris();
		const rows = Array.from(labels, (label, row) => {
			const cells = columnNames.map((name, i) => [name, features[row * columnNames.length + i]] as const);
			return { ...Object.fromEntries(cells), species: classNames[label] };
		});
		const withTarget = { ...config, data: { ...config.data, target: config.data.target ?? "species" } };
		return openTableData("iris", withTarget, { source: sourceFromTable(tableFromRows(rows), "iris") });
	},
};
