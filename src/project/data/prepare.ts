/** The parts of a run's data: split from what was opened, with a test file of its own where the config names one. */
import type { RunConfig } from "../../config/run-config.ts";
import { GradusError } from "../../core/errors.ts";
import { splitOf } from "../split.ts";
import { openTestPart } from "./open-test.ts";
import type { OpenedData, PreparedData } from "./opened.ts";

/**
 * Prepares the data of a run.
 *
 * @throws DataError if the test file cannot be read or does not fit the training data: before training, not after it
 */
export async function prepareData(config: RunConfig, opened: OpenedData): Promise<PreparedData> {
	const data = await opened.prepare(splitOf(config, opened));
	return typeof config.data.test === "string" ? withTest(data, config.data.test, config) : data;
}

/** The same for a look back: a test file that is gone is a remark, for the rest of the run can still be shown. */
export async function prepareDataAgain(config: RunConfig, opened: OpenedData): Promise<PreparedData> {
	const { test } = config.data;
	const data = await opened.prepare(splitOf(config, opened));
	if (typeof test !== "string") return data;
	try {
		return await withTest(data, test, config);
	} catch (error) {
		if (!isUnreadable(error)) throw error;
		const [why] = error.message.split("\n");
		const text = `The test data, ${test}, cannot be read any more (${why}): figures come from ${data.validation === null ? "nothing else" : "the validation part"}.`;
		return { ...data, remarks: [...data.remarks, text] };
	}
}

/** Refused by us or by the system; anything else is a fault of the program. */
function isUnreadable(error: unknown): error is Error {
	return error instanceof GradusError || (error instanceof Error && "errno" in error);
}

async function withTest(data: PreparedData, path: string, config: RunConfig): Promise<PreparedData> {
	const test = await openTestPart(path, data.input, config);
	return {
		...data,
		test: test.dataset,
		cells: (part, example) => (part === "test" ? test.cells?.(example) : data.cells?.(part, example)) ?? null,
	};
}
