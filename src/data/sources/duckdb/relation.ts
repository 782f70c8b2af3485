/** A file as something SQL can select from, and its columns as SQL expressions. */

import { datePattern, missingTexts, parseDate, parseNumber, trimSpaces } from "../cells.ts";
import type { Encoding } from "../files/bytes.ts";
import type { FileHead } from "../files/csv-scan.ts";
import type { TableFile } from "../files/locate.ts";
import { dataError } from "../refuse.ts";
import type { Engine } from "./engine.ts";

/** What the file itself says a column holds: written cells, numbers, truths, or points in time. */
export type Stored = "text" | "number" | "truth" | "time";

/** A column of a file. */
export interface StoredColumn {
	readonly name: string;
	readonly stored: Stored;
	/** The cell as text, NULL where there is none. */
	readonly text: string;
	/** Something that is equal for equal cells. */
	readonly identity: string;
	/** The cell as a DOUBLE, NULL where it is none. */
	readonly number: string;
	/** The cell as seconds since 1970-01-01, NULL where it is no date. */
	readonly seconds: string;
	/** The same, faster, for cells that are known to be dates or missing. */
	readonly knownSeconds: string;
}

/** What can be selected from. */
export interface Relation {
	readonly from: string;
	readonly columns: readonly StoredColumn[];
}

/** A text in SQL. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A path in SQL. DuckDB takes * ? [ for patterns and would open other files; in brackets they stand for themselves. */
const sqlPath = ({ path }: TableFile): string => sqlText(path.replaceAll(/[*?[]/g, "[$&]"));

/** A name in SQL. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Whether a cell is NULL or a text that means missing, in SQL. No IN: of many, DuckDB makes joins that take gigabytes in a wide table. */
export function missingSql(missing: readonly string[] | undefined): (cell: string) => string {
	const texts = `[${[...missingTexts(missing)].map(sqlText).join(", ")}]`;
	return (cell) => `coalesce(list_contains(${texts}, trim(${cell})), true)`;
}

/** A separated text file. All cells are read as text: kinds come from all rows, not from DuckDB's guess at the first. */
export function csvRelation(
	file: TableFile,
	head: FileHead,
	options: { readonly delimiter: string; readonly encoding: Encoding; readonly missing?: readonly string[] },
): Relation {
	// Own names: DuckDB's do not distinguish case.
	const types = head.names.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
	const settings = [
		sqlPath(file),
		"auto_detect = false",
		`delim = ${sqlText(options.delimiter)}`,
		`quote = '"'`,
		`escape = '"'`,
		`header = ${head.hasHeader}`,
		`skip = ${head.blankLineCount}`,
		`encoding = ${sqlText(options.encoding)}`,
		`compression = '${file.isGzip ? "gzip" : "none"}'`,
		`columns = {${types}}`,
	];
	return { from: `read_csv(${settings.join(", ")})`, columns: head.names.map((name, i) => textColumn(name, `c${i}`, options.missing)) };
}

/** JSON records; all values are read as text. Two scans: one for the names, which may first appear in the last record. */
export async function jsonRelation(file: TableFile, engine: Engine, missing?: readonly string[]): Promise<Relation> {
	const settings = [sqlPath(file), `compression = '${file.isGzip ? "gzip" : "uncompressed"}'`, "format = 'auto'"];
	const detect = [...settings, "records = true", "maximum_depth = 1", "sample_size = -1", "map_inference_threshold = -1"];
	const described = await engine.rows(`DESCRIBE SELECT * FROM read_json(${detect.join(", ")})`);
	const names = described.map(([name]) => String(name));
	const types = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
	return {
		from: `read_json(${[...settings, "records = true", `columns = {${types}}`].join(", ")})`,
		columns: names.map((name) => textColumn(name, sqlName(name), missing)),
	};
}

/** A Parquet file with the types it states. */
export async function parquetRelation(file: TableFile, engine: Engine, missing?: readonly string[]): Promise<Relation> {
	const from = `read_parquet(${sqlPath(file)})`;
	const described = await engine.rows(`DESCRIBE SELECT * FROM ${from}`);
	const columns = described.map(([name, type]) => storedColumn(String(name), String(type), missing));
	if (columns.length === 0) {
		throw dataError({
			file: file.path,
			fault: "the file has no columns",
			expected: "at least one",
			received: "0",
			attempt: "check what wrote the file",
		});
	}
	return { from, columns };
}

/** Missing texts that are numbers or dates, such as -999, have to go before the cast; the others fall out by it. */
function textColumn(name: string, written: string, missing: readonly string[] = []): StoredColumn {
	const parsed = missing.map(trimSpaces).filter((text) => !Number.isNaN(parseNumber(text)) || !Number.isNaN(parseDate(text)));
	const cell =
		parsed.length === 0
			? written
			: `CASE WHEN list_contains([${parsed.map(sqlText).join(", ")}], trim(${written})) THEN NULL ELSE ${written} END`;
	const seconds = `epoch(try_cast(${cell} AS TIMESTAMPTZ))`;
	return {
		name,
		stored: "text",
		text: cell,
		identity: cell,
		number: `try_cast(${cell} AS DOUBLE)`,
		seconds: `CASE WHEN regexp_full_match(${cell}, ${sqlText(datePattern)}) THEN ${seconds} END`,
		knownSeconds: seconds,
	};
}

function storedColumn(name: string, type: string, missing: readonly string[] | undefined): StoredColumn {
	const cell = sqlName(name);
	const asText = textColumn(name, `CAST(${cell} AS VARCHAR)`, missing);
	if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)$/.test(type)) {
		return { ...asText, stored: "number", number: `CAST(${cell} AS DOUBLE)` };
	}
	if (/^(DATE|TIMESTAMP.*)$/.test(type)) return { ...asText, stored: "time", seconds: `epoch(${cell})`, knownSeconds: `epoch(${cell})` };
	return { ...asText, stored: type === "BOOLEAN" ? "truth" : "text" };
}
