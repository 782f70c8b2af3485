/** Tables from files, text and records: read, described, and searched for columns that give the target away. */
export { type FindLeaksOptions, findLeaks, type Leak } from "./leaks/find-leaks.ts";
export { sourceFromTable } from "./memory-source.ts";
export { openTable } from "./open-table.ts";
export type { ColumnStatistics, NominalStatistics, NumericStatistics, TextStatistics } from "./profile/collect.ts";
export { describeProfile } from "./profile/describe.ts";
export { type ColumnProfile, profileTable, type TableProfile } from "./profile/profile.ts";
export type { Remark } from "./profile/remarks.ts";
export type {
	BatchOptions,
	CellOptions,
	CellType,
	ColumnInfo,
	OpenOptions,
	ReadOptions,
	TableFormat,
	TableSource,
	TextOptions,
} from "./source.ts";
export { type TableFromTextOptions, type TextFormat, tableFromRows, tableFromText } from "./table-from-text.ts";
