/** Opens tables in files. The reader needs Node and DuckDB and is loaded when first asked for, so that importing this costs neither. */
import type { OpenOptions, TableSource } from "./source.ts";

/**
 * Opens a CSV, TSV, Parquet or JSON file as a table and scans it once or twice: the scan finds each column's kind from all rows, its
 * categories, missing cells and range. Memory does not grow with the file, but for the distinct values of nominal columns.
 *
 * Kinds: all cells numbers → numeric; ISO 8601 dates → numeric, temporal; true and false → nominal with the categories "false" and "true";
 * text with few distinct values (5 % of the rows, at least 20, at most 10,000) → nominal, its categories sorted; other text → text.
 *
 * ```ts
 * const table = await openTable("titanic.csv");
 * for await (const batch of table.batches({ batchRows: 1024 })) console.log(batch.rowCount);
 * await table.close();
 * ```
 *
 * @throws DataError if DuckDB is not installed, the file is not there or malformed, or a cell does not fit `types`
 */
export async function openTable(path: string, options: OpenOptions = {}): Promise<TableSource> {
	const { openFileTable } = await import("./duckdb/duckdb-source.ts");
	return openFileTable(path, options);
}
