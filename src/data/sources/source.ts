/** What a source of a table is, whatever file it comes from. How files are read lies in duckdb/; text without files in table-from-text.ts. */
import type { ColumnKind, Table } from "../table.ts";

/** How a table is written: comma or tab separated (RFC 4180), Apache Parquet, or JSON records, one a line or in one array. */
export type TableFormat = "csv" | "tsv" | "parquet" | "jsonl";

/** What a column's cells are to be read as; "date" gives seconds since 1970-01-01 UTC. */
export type CellType = ColumnKind | "date";

/** How cells are understood. */
export interface CellOptions {
	/** Columns whose kind is not to be inferred. */
	readonly types?: Readonly<Record<string, CellType>>;
	/** Texts that mean "no value", spaces around them aside. Default "", NA, N/A, NaN, null, ?, nan, None; an empty cell always does. */
	readonly missing?: readonly string[];
}

/** How text is cut into cells. */
export interface TextOptions extends CellOptions {
	/** One character between cells. Default comma, for "tsv" tab. */
	readonly delimiter?: string;
	/** Whether the first row holds names. Default "auto": it does unless it looks like the rows below. Without names columns are column1 … n. */
	readonly header?: boolean | "auto";
}

/** How a file is read. */
export interface OpenOptions extends TextOptions {
	/** Default by the file's ending: .csv, .tsv, .parquet, .pq, .jsonl, .ndjson, .json, all but Parquet also with .gz. */
	readonly format?: TableFormat;
	/** Of text files. Default utf-8. */
	readonly encoding?: "utf-8" | "latin-1";
	/** Called now and then with the share of a large file that has been read, 0 … 1. */
	readonly onProgress?: (share: number) => void;
}

/** What is known of a column once the source has been scanned. */
export interface ColumnInfo {
	readonly name: string;
	readonly kind: ColumnKind;
	/** Whether the numbers are seconds since 1970-01-01 UTC that were written as dates. */
	readonly temporal: boolean;
	/** Rows without a value. */
	readonly missingCount: number;
	/** Different values, missing ones aside. */
	readonly distinctCount: number;
	/** False where `distinctCount` is an estimate, up to 15 % off: in files of more than 200,000 rows, of columns of more than about 20,000 values. */
	readonly distinctIsExact: boolean;
	/** Of numeric columns; null for other kinds and where all cells are missing. */
	readonly min: number | null;
	readonly max: number | null;
	readonly mean: number | null;
	/** Up to five different cells from the first rows, as they are written. */
	readonly examples: readonly string[];
}

/** What to read. */
export interface ReadOptions {
	/** Names, in the order wanted. Default all. */
	readonly columns?: readonly string[];
	/** Most rows, from the first. Default all. */
	readonly limit?: number;
}

/** What to read, in which pieces. */
export interface BatchOptions {
	/** Names, in the order wanted. Default all. */
	readonly columns?: readonly string[];
	/** Rows of a batch; the last has the rest. Default 8192. */
	readonly batchRows?: number;
}

/** A table that can be read whole or in batches, rows in the order of the file, categories the same in all batches. */
export interface TableSource {
	/** The file, or a name for what is in memory. */
	readonly path: string;
	readonly format: TableFormat | "memory";
	readonly rowCount: number;
	readonly columns: readonly ColumnInfo[];
	/**
	 * The table in memory.
	 *
	 * @throws DataError if there is no column of a name, or the file can no longer be read
	 */
	read(options?: ReadOptions): Promise<Table>;
	/**
	 * The table in pieces; memory does not grow with the file.
	 *
	 * @throws DataError if there is no column of a name, or the file can no longer be read
	 */
	batches(options?: BatchOptions): AsyncIterable<Table>;
	/** Gives back memory that the next reading takes again; for a table that is kept open while something else goes on. */
	rest?(): Promise<void>;
	/** Gives back memory and temporary files. */
	close(): Promise<void>;
}
