/** The rows of a table as examples. */
import { applyPreprocessor } from "../preprocessing/apply.ts";
import { type Preprocessor, targetKind } from "../preprocessing/preprocessor.ts";
import type { Table } from "../table.ts";
import { arrayDataset, type SyncDataset } from "./array-dataset.ts";

/**
 * A data set of a table's rows as the preprocessor makes them, in memory: four bytes a feature and row.
 *
 * @throws DataError if the table has not the columns, the target among them, or cells that do not fit
 */
export function tableDataset(preprocessor: Preprocessor, table: Table): SyncDataset {
	const { x, y } = applyPreprocessor(preprocessor, table, { target: "require" });
	const dataset = arrayDataset({ x, y: y!, inputShape: [preprocessor.featureNames.length], target: targetKind(preprocessor) });
	return { ...dataset, input: { kind: "table", preprocessor } };
}
