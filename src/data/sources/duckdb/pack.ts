/**
 * A large text file as a temporary file of columns. Cutting text into cells is most of the work of reading it, and training reads a
 * table four times; so its cells are cut once, numbers and dates as numbers, and all further reading takes a tenth of the time.
 */
import type { Engine } from "./engine.ts";
import { type Relation, type StoredColumn, sqlText } from "./relation.ts";

/** A column as the first rows show it. */
export interface PackedColumn {
	readonly stored: StoredColumn;
	/** Cells that are numbers or dates are kept as such alone; what else there is, as text. */
	readonly couldBe: { readonly number: boolean; readonly date: boolean };
}

/** How to pack. */
export interface PackOptions {
	/** Called with the share of the file that is done, 0 … 1. */
	readonly onProgress?: (share: number) => void;
}

/** Cells of a group of rows, which are in memory together. */
const GROUP_CELLS = 2 ** 19;

/** DuckDB's vectors have this many rows; groups are of whole vectors. */
const VECTOR_ROWS = 2048;

/**
 * Reads the relation once and writes it.
 *
 * @returns the relation that now takes its place; null where memory or the disk do not suffice, so that the text itself has to be read
 */
export async function packRelation(
	engine: Engine,
	from: string,
	columns: readonly PackedColumn[],
	{ onProgress }: PackOptions = {},
): Promise<Relation | null> {
	const file = await engine.temporaryFile("parquet");
	const values = columns.map(valuesSql).join(", ");
	const kept = columns.map(keptSql).join(", ");
	const groupRows = Math.max(1, Math.min(10, Math.floor(GROUP_CELLS / columns.length / VECTOR_ROWS))) * VECTOR_ROWS;
	const settings = `FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${groupRows}`;
	try {
		await engine.copy(`COPY (SELECT ${kept} FROM (SELECT ${values} FROM ${from})) TO ${sqlText(file)} (${settings})`, onProgress);
	} catch (error) {
		// What is wrong with the text itself is told by whoever reads it next.
		if (/^(Out of Memory|IO) Error/i.test((error as Error).message)) return null;
		throw error;
	}
	return { from: `read_parquet(${sqlText(file)})`, columns: columns.map(packedColumn) };
}

function valuesSql({ stored, couldBe }: PackedColumn, i: number): string {
	const values = [`${stored.text} AS t${i}`];
	if (couldBe.number) values.push(`nullif(${stored.number}, 'nan'::DOUBLE) AS n${i}`);
	if (couldBe.date) values.push(`${stored.seconds} AS d${i}`);
	return values.join(", ");
}

function keptSql({ couldBe }: PackedColumn, i: number): string {
	const values = [...(couldBe.number ? [`n${i}`] : []), ...(couldBe.date ? [`d${i}`] : [])];
	const isOther = values.map((value) => `${value} IS NULL`).join(" AND ");
	return [...values, values.length === 0 ? `t${i}` : `CASE WHEN ${isOther} THEN t${i} END AS t${i}`].join(", ");
}

function packedColumn({ stored, couldBe }: PackedColumn, i: number): StoredColumn {
	const [number, seconds] = [couldBe.number ? `n${i}` : "NULL::DOUBLE", couldBe.date ? `d${i}` : "NULL::DOUBLE"];
	const values = [...(couldBe.number ? [`n${i}`] : []), ...(couldBe.date ? [`d${i}`] : [])];
	const whens = values.map((value) => `WHEN ${value} IS NOT NULL THEN hash(${value})`).join(" ");
	const identity = values.length === 0 ? `t${i}` : `CASE ${whens} ELSE hash(t${i}) END`;
	return { name: stored.name, stored: stored.stored, text: `t${i}`, identity, number, seconds, knownSeconds: seconds };
}
