/** Tables of columns in memory: what sources deliver and preprocessing takes. Parsing and inference live in sources/. */

/** What a column's cells are. Dates and times become numbers (seconds since 1970-01-01 UTC) with `temporal` set. */
export type ColumnKind = "numeric" | "nominal" | "text";

/** Numbers; a missing cell is NaN. */
export interface NumericColumn {
	readonly kind: "numeric";
	readonly name: string;
	readonly values: Float64Array;
	/** Whether the numbers are seconds since 1970-01-01 UTC that were written as dates. */
	readonly temporal?: boolean;
}

/** Names from a list; a missing cell is −1. Truths are nominal with the categories "false" and "true". */
export interface NominalColumn {
	readonly kind: "nominal";
	readonly name: string;
	/** Distinct names, in code order. */
	readonly categories: readonly string[];
	/** Places in `categories`. */
	readonly codes: Int32Array;
}

/** Free text, distinct in most rows; a missing cell is null. */
export interface TextColumn {
	readonly kind: "text";
	readonly name: string;
	readonly values: readonly (string | null)[];
}

/** One column. */
export type Column = NumericColumn | NominalColumn | TextColumn;

/** Columns of equal length. */
export interface Table {
	readonly rowCount: number;
	readonly columns: readonly Column[];
}
