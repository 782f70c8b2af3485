/** Finds out what a data source is and opens it. */
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import type { RunConfig } from "../../config/run-config.ts";
import type { OnDataProgress } from "./data-progress.ts";
import { missingData } from "./missing-data.ts";
import { builtinData } from "./open-builtin.ts";
import { openIdxData, openImageData } from "./open-images.ts";
import { openTableData } from "./open-table.ts";
import type { OpenedData } from "./opened.ts";

/** How data is opened. */
export interface OpenDataOptions {
	/** Told how far opening and preparing are, where that takes long. */
	readonly onProgress?: OnDataProgress;
}

/**
 * Opens what `config.data.source` names: a built-in data set, a file of rows, a folder of IDX files, or a folder of images by class.
 *
 * @throws DataError that says what was found instead
 */
export async function openData(config: RunConfig, options: OpenDataOptions = {}): Promise<OpenedData> {
	const opened = await openSource(config, options);
	return { ...opened, remarks: [...opened.remarks, ...remarksOn(config, opened)] };
}

/** What the config asks for that will not do what it seems to. */
function remarksOn({ data: { source, test, target } }: RunConfig, { kind }: OpenedData): string[] {
	const remarks: string[] = [];
	if (target !== undefined && kind === "images") {
		remarks.push(`The target "${target}" is left aside: images are told apart by the classes that they come with.`);
	}
	if (typeof test === "string" && isSameFile(source, test)) {
		remarks.push(
			`${test} holds the test data and the training data both: test scores then say what was learnt by heart, not what is predicted. Try: --test 0.2 keeps a fifth of it for the test.`,
		);
	}
	return remarks;
}

async function openSource(config: RunConfig, options: OpenDataOptions): Promise<OpenedData> {
	const { source } = config.data;
	if (!existsSync(source)) {
		if (Object.hasOwn(builtinData, source)) return builtinData[source](config);
		throw missingData(source, Object.keys(builtinData));
	}
	if (!statSync(source).isDirectory()) return openTableData(source, config, options);
	return isIdxFolder(source) ? openIdxData(source, config) : openImageData(source, config);
}

function isSameFile(a: string, b: string): boolean {
	return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}

/** Whether a folder holds IDX files such as MNIST's. */
export function isIdxFolder(folder: string): boolean {
	return readdirSync(folder).some((name) => /idx\d[-_.]u?byte(\.gz)?$/i.test(name));
}
