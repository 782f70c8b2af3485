/** Finds out what a data source is and opens it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { RunConfig } from "../../config/run-config.ts";
import { DataError } from "../../data/errors.ts";
import { builtinData } from "./open-builtin.ts";
import { openIdxData, openImageData } from "./open-images.ts";
import { openTableData } from "./open-table.ts";
import type { OpenedData } from "./opened.ts";

/**
 * Opens what `config.data.source` names: a built-in data set, a file of rows, a folder of IDX files, or a folder of images by class.
 *
 * @throws DataError that says what was found instead
 */
export async function openData(config: RunConfig): Promise<OpenedData> {
	const { source } = config.data;
	if (!existsSync(source)) {
		if (Object.hasOwn(builtinData, source)) return builtinData[source](config);
		if (extname(source) === "" && !source.includes("/")) {
			throw new DataError(
				`There is no file or folder "${source}", and no built-in data set of that name: ${Object.keys(builtinData).join(", ")}.`,
			);
		}
		return openTableData(source, config);
	}
	if (!statSync(source).isDirectory()) return openTableData(source, config);
	return isIdxFolder(source) ? openIdxData(source, config) : openImageData(source, config);
}

/** Whether a folder holds IDX files such as MNIST's. */
export function isIdxFolder(folder: string): boolean {
	return readdirSync(folder).some((name) => /idx\d[-_.]u?byte(\.gz)?$/i.test(name));
}
