/** How a run's data is told apart: for training, for judging while training, for the test. */
import type { RunConfig } from "../config/run-config.ts";
import { RandomStream } from "../core/random/index.ts";
import { type Split, splitRows } from "../data/splits/split-rows.ts";
import type { OpenedData } from "./data/opened.ts";

/** From so many rows on a test part is held back unless the config says otherwise. */
const ROWS_FOR_TEST = 1000;

/** Its share. */
const TEST_SHARE = 0.1;

/** The split of a run; the same for the same config and data. */
export function splitOf(config: RunConfig, opened: OpenedData): Split {
	return splitRows({
		rowCount: opened.rowCount,
		validation: config.data.validation,
		test: testShare(config, opened),
		by: opened.splitBy,
		rng: new RandomStream(config.seed).split("split"),
	});
}

/** Share of the rows that is held back for the test. */
export function testShare({ data }: RunConfig, { hasOwnTest, rowCount }: OpenedData): number {
	if (typeof data.test === "number") return data.test;
	if (typeof data.test === "string" || hasOwnTest) return 0;
	return rowCount >= ROWS_FOR_TEST ? TEST_SHARE : 0;
}
