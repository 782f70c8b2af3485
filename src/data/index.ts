/** Data sets and what feeds them to training, in Node and in browsers. What needs Node in any case, files of tables above all, is in `gradus/data/node`. */

/** Random changes of training images. */
export * as augmentation from "./augmentation/index.ts";
export { type Digits, digits } from "./builtin/digits.ts";
export { type Iris, iris } from "./builtin/iris.ts";
export type { Batch, Blocks, Dataset, TargetKind } from "./dataset.ts";
export * from "./datasets/index.ts";
export { DataError, type DataPlace } from "./errors.ts";
export * from "./files/index.ts";
export * from "./images/index.ts";
export { type InputSpec, inputSpecFromJson } from "./input-spec.ts";
export { type BatchTransform, type EpochOrderOptions, epochOrder, Loader, type LoaderOptions, type Shuffle, shuffleFor } from "./loader.ts";
export * from "./preprocessing/index.ts";
export { selectRows } from "./select-rows.ts";
export { sourceFromTable } from "./sources/memory-source.ts";
export type {
	BatchOptions,
	CellOptions,
	CellType,
	ColumnInfo,
	ReadOptions,
	TableFormat,
	TableSource,
	TextOptions,
} from "./sources/source.ts";
export { type TableFromTextOptions, type TextFormat, tableFromRows, tableFromText } from "./sources/table-from-text.ts";
export * from "./splits/index.ts";
export type { Column, ColumnKind, NominalColumn, NumericColumn, Table, TextColumn } from "./table.ts";
