/** Columns of DuckDB's chunks as a table's columns: numbers and codes are copied as whole arrays, 2048 at a time. */
import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Column } from "../../table.ts";
import { missingTexts, trimSpaces, truthCategories } from "../cells.ts";
import { sqlText } from "./relation.ts";
import type { ScannedColumn } from "./scan.ts";

/** A column that is being filled. */
export interface ColumnFiller {
	/** Copies rows `from` … `to` of the chunk to `at`. */
	fill(chunk: DuckDBDataChunk, place: { readonly from: number; readonly to: number; readonly at: number }): void;
	/** The first `rowCount` rows. */
	column(rowCount: number): Column;
}

/** The expression that is selected for a column: a DOUBLE with NaN, an INTEGER code with −1, or a text. */
export function selectExpression({ stored, type, categories }: ScannedColumn): string {
	switch (type) {
		case "numeric":
			return `coalesce(${stored.number}, 'nan'::DOUBLE)`;
		case "date":
			return `coalesce(${stored.knownSeconds}, 'nan'::DOUBLE)`;
		case "truth":
			return `CASE lower(${stored.text}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE -1 END::INTEGER`;
		case "nominal": {
			if (categories.length === 0) return "-1::INTEGER";
			const codes = `enum_code(try_cast(${stored.text} AS ENUM(${categories.map(sqlText).join(", ")})))`;
			return `coalesce(${codes}::INTEGER, -1)`;
		}
		case "text":
			return stored.text;
		default:
			throw type satisfies never;
	}
}

/** What DuckDB's vectors of numbers hold; their types hide it. Validity needs no look, as the expressions leave no NULL. */
interface Items<T> {
	readonly items: T;
}

/** Room for `rowCount` rows of a column. `missing` are the texts that mean "no value". */
export function columnFiller(
	scanned: ScannedColumn,
	place: { index: number; rowCount: number; missing: readonly string[] | undefined },
): ColumnFiller {
	const { stored, type, categories } = scanned;
	const { index, rowCount } = place;
	const { name } = stored;
	switch (type) {
		case "numeric":
		case "date":
			return numberFiller(name, index, { rowCount, temporal: type === "date" });
		case "truth":
		case "nominal":
			return codeFiller(name, index, { rowCount, categories: type === "truth" ? truthCategories : categories });
		case "text":
			return textFiller(name, index, missingTexts(place.missing));
		default:
			throw type satisfies never;
	}
}

function numberFiller(name: string, index: number, options: { readonly rowCount: number; readonly temporal: boolean }): ColumnFiller {
	const values = new Float64Array(options.rowCount);
	const time = options.temporal ? { temporal: true } : {};
	return {
		fill: (chunk, { from, to, at }) => {
			const { items } = chunk.getColumnVector(index) as unknown as Items<Float64Array>;
			values.set(items.subarray(from, to), at);
		},
		column: (rowCount) => ({ kind: "numeric", name, values: values.subarray(0, rowCount), ...time }),
	};
}

function codeFiller(
	name: string,
	index: number,
	options: { readonly rowCount: number; readonly categories: readonly string[] },
): ColumnFiller {
	const codes = new Int32Array(options.rowCount);
	return {
		fill: (chunk, { from, to, at }) => {
			const { items } = chunk.getColumnVector(index) as unknown as Items<Int32Array>;
			codes.set(items.subarray(from, to), at);
		},
		column: (rowCount) => ({ kind: "nominal", name, categories: options.categories, codes: codes.subarray(0, rowCount) }),
	};
}

function textFiller(name: string, index: number, missing: ReadonlySet<string>): ColumnFiller {
	const values: (string | null)[] = [];
	return {
		fill: (chunk, { from, to, at }) => {
			const vector = chunk.getColumnVector(index);
			for (let row = from; row < to; row++) {
				const cell = vector.getItem(row) as string | null;
				values[at + row - from] = cell === null || missing.has(trimSpaces(cell)) ? null : cell;
			}
		},
		column: (rowCount) => ({ kind: "text", name, values: values.slice(0, rowCount) }),
	};
}
