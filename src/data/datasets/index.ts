/** Data sets of arrays and tables in memory. The one in a file has an entry of its own, disk-dataset.ts, for it needs Node. */
export type { ArrayDatasetOptions, NumberArray, NumberLists } from "./array-arguments.ts";
export { arrayDataset, type SyncDataset } from "./array-dataset.ts";
export type { Examples } from "./check.ts";
export { subset } from "./subset.ts";
export { tableDataset } from "./table-dataset.ts";
