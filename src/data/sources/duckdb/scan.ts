/**
 * What all rows say about each column, in two scans: counts, range and an estimate of distinct values (HyperLogLog, up to 15 % off, of
 * constant size); then exact distinct values where they are few enough for memory. The second is left out where nothing is left to know.
 */
import type { Json } from "@duckdb/node-api";
import { missingTexts, parseDate, parseNumber, parseTruth, trimSpaces } from "../cells.ts";
import { inferType, nominalLimit, type ReadAs, sortCategories } from "../infer.ts";
import type { CellOptions, CellType } from "../source.ts";
import { findDistinct, planDistinct } from "./distinct.ts";
import type { Engine } from "./engine.ts";
import { packRelation } from "./pack.ts";
import { missingSql, type Relation, type StoredColumn } from "./relation.ts";

/** What is known of a column after the scan. */
export interface ScannedColumn {
	readonly stored: StoredColumn;
	readonly type: ReadAs;
	/** In code order, of nominal columns. */
	readonly categories: readonly string[];
	/** Cells with a value. */
	readonly cellCount: number;
	/** Cells with a value that do not fit `type`; not 0 only if the type was asked for. */
	readonly misfitCount: number;
	readonly distinctCount: number;
	readonly distinctIsExact: boolean;
	readonly min: number | null;
	readonly max: number | null;
	readonly mean: number | null;
	readonly examples: readonly string[];
}

/** A scanned relation. */
export interface Scan {
	/** What the columns' expressions are to be selected from: the relation, or what it was packed into. */
	readonly from: string;
	readonly rowCount: number;
	readonly columns: readonly ScannedColumn[];
}

const SAMPLE_ROWS = 500;
const EXAMPLE_COUNT = 5;

/** A column between the scans. */
interface Draft {
	readonly stored: StoredColumn;
	readonly asked: CellType | undefined;
	/** What the first rows leave possible. */
	readonly couldBe: { readonly number: boolean; readonly date: boolean };
	readonly examples: readonly string[];
}

interface Counts {
	readonly cellCount: number;
	readonly numberCount: number;
	readonly dateCount: number;
	readonly estimate: number;
	readonly numberRange: Range;
	readonly dateRange: Range;
}

interface Range {
	readonly min: number | null;
	readonly max: number | null;
	readonly mean: number | null;
}

/** Columns of a scan: each takes about half a megabyte of working memory. */
const COLUMNS_AT_ONCE = 256;

/** How to scan. */
export interface ScanOptions extends Pick<CellOptions, "types" | "missing"> {
	/** Whether the relation is to be packed first, which is worth its while for large text files. Very wide ones are not. */
	readonly pack: boolean;
	/** Called with the share of the first reading that is done, 0 … 1. */
	readonly onProgress?: (share: number) => void;
}

/** Scans the relation, a wide one some columns at a time. */
export async function scanRelation(engine: Engine, { from, columns }: Relation, options: ScanOptions): Promise<Scan> {
	if (columns.length <= COLUMNS_AT_ONCE) return scanColumns(engine, { from, columns }, options);
	let [rowCount, scanned]: [number, ScannedColumn[]] = [0, []];
	for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
		const onProgress = (share: number): void => options.onProgress?.((start + COLUMNS_AT_ONCE * share) / columns.length);
		const part = { from, columns: columns.slice(start, start + COLUMNS_AT_ONCE) };
		const found = await scanColumns(engine, part, { ...options, pack: false, onProgress });
		[rowCount, scanned] = [found.rowCount, [...scanned, ...found.columns]];
	}
	return { from, rowCount, columns: scanned };
}

async function scanColumns(engine: Engine, relation: Relation, options: ScanOptions): Promise<Scan> {
	const counted = await countColumns(engine, { from: relation.from, drafts: await draftColumns(engine, relation, options) }, options);
	const { drafts, counts, rowCount } = counted;
	const plans = drafts.map(({ asked }, index) => planDistinct({ index, asked, rowCount, ...counts[index] }));
	const distinct = await findDistinct(engine, counted.values, plans);
	const columns = drafts.map((draft, i) => finish(draft, counts[i], { found: distinct[i], rowCount }));
	return { from: counted.from, rowCount, columns };
}

/** Columns to be counted, and what they are selected from. */
interface Uncounted {
	readonly from: string;
	readonly drafts: readonly Draft[];
}

interface Counted extends Uncounted {
	/** A relation of the columns' values, see `valueColumns`. */
	readonly values: string;
	readonly rowCount: number;
	readonly counts: readonly Counts[];
}

async function countColumns(engine: Engine, given: Uncounted, options: ScanOptions): Promise<Counted> {
	const packed = options.pack ? await packRelation(engine, given.from, given.drafts, options) : null;
	const from = packed?.from ?? given.from;
	const drafts = given.drafts.map((draft, i) => ({ ...draft, stored: packed?.columns[i] ?? draft.stored }));
	const isMissing = missingSql(options.missing);
	const values = `(SELECT ${drafts.map((draft, i) => valueColumns(draft, i, isMissing)).join(", ")} FROM ${from})`;
	const wanted = drafts.map((draft, i) => countsSql(draft, i, isMissing));
	const onProgress = packed === null ? options.onProgress : undefined;
	const [row] = await engine.rows(`SELECT ${["count(*)", ...wanted].join(", ")} FROM ${values}`, onProgress);
	const counts = drafts.map((_, i) => readCounts(row, 1 + i * COUNT_FIELDS));
	const judged = given.drafts.map((draft, i) =>
		packed !== null && isMisjudged(draft, counts[i]) ? { ...draft, couldBe: neither } : draft,
	);
	if (judged.some((draft, i) => draft !== given.drafts[i])) return countColumns(engine, { from: given.from, drafts: judged }, options);
	return { from, drafts, values, rowCount: Number(row[0]), counts };
}

const neither = { number: false, date: false };

/** Whether the first rows were all numbers or dates and later ones not: then the column is names or text, and all of its texts are needed. */
function isMisjudged({ asked }: Draft, { cellCount, numberCount, dateCount }: Counts): boolean {
	return asked === undefined && numberCount + dateCount > 0 && numberCount < cellCount && dateCount < cellCount;
}

/** Looks at the first rows: a column with a cell that is no number can not become numeric, and is spared the cast. */
async function draftColumns(engine: Engine, { from, columns }: Relation, options: ScanOptions): Promise<Draft[]> {
	const missing = missingTexts(options.missing);
	const rows = await engine.rows(`SELECT ${columns.map(({ text }) => text).join(", ")} FROM ${from} LIMIT ${SAMPLE_ROWS}`);
	return columns.map((stored, i) => {
		const cells = rows.map((row) => row[i]).filter((cell) => typeof cell === "string" && !missing.has(trimSpaces(cell))) as string[];
		const asked = options.types?.[stored.name];
		const isText = stored.stored === "text";
		const fits = (parse: (cell: string) => number) => cells.every((cell) => !Number.isNaN(parse(cell)));
		const number = asked === "numeric" || (asked === undefined && (stored.stored === "number" || (isText && fits(parseNumber))));
		const date = asked === "date" || (asked === undefined && (stored.stored === "time" || (isText && fits(parseDate))));
		return { stored, asked, couldBe: { number, date }, examples: [...new Set(cells)].slice(0, EXAMPLE_COUNT) };
	});
}

/** r: the cell as text; e: what is equal for equal cells; n, d: the number and the date, NULL where there is none; t: the text where it is a value. */
function valueColumns({ stored, couldBe }: Draft, i: number, isMissing: (cell: string) => string): string {
	const number = couldBe.number ? `nullif(${stored.number}, 'nan'::DOUBLE)` : "NULL::DOUBLE";
	const date = couldBe.date ? stored.seconds : "NULL::DOUBLE";
	const text = `CASE WHEN ${isMissing(stored.text)} THEN NULL ELSE ${stored.text} END`;
	return `${stored.text} AS r${i}, ${stored.identity} AS e${i}, ${number} AS n${i}, ${date} AS d${i}, ${text} AS t${i}`;
}

const COUNT_FIELDS = 10;

/** Only cells that are neither number nor date are compared with the texts for missing: that costs more than the rest. */
function countsSql({ stored, couldBe }: Draft, i: number, isMissing: (cell: string) => string): string {
	const values = [couldBe.number ? [`n${i}`] : [], couldBe.date ? [`d${i}`] : []].flat();
	const other = `CASE WHEN ${isMissing(`r${i}`)} THEN NULL ELSE 1 END`;
	const isOther = values.map((value) => `${value} IS NULL`).join(" AND ");
	const others = values.length === 0 ? `count(${other})` : `count(CASE WHEN ${isOther} THEN ${other} END)`;
	const count = (value: string) => (values.includes(value) ? `count(${value})` : "0");
	const range = (value: string) => (values.includes(value) ? `min(${value}), max(${value}), avg(${value})` : "NULL, NULL, NULL");
	const isTyped = stored.stored !== "text" && values.length > 0;
	const [number, date] = [`n${i}`, `d${i}`];
	return `${isTyped ? "0" : others}, ${count(number)}, ${count(date)}, approx_count_distinct(e${i}), ${range(number)}, ${range(date)}`;
}

/** No text is both number and date, so the cells with a value are the sum of the three counts. */
function readCounts(row: readonly Json[], at: number): Counts {
	const [others, numberCount, dateCount, estimate] = row.slice(at, at + 4).map(Number);
	const number = (x: Json) => (x === null ? null : Number(x));
	const rangeAt = (place: number) => ({ min: number(row[place]), max: number(row[place + 1]), mean: number(row[place + 2]) });
	return {
		cellCount: others + numberCount + dateCount,
		numberCount,
		dateCount,
		estimate,
		numberRange: rangeAt(at + 4),
		dateRange: rangeAt(at + 7),
	};
}

interface Distinct {
	/** Their number, or the texts; null if neither was counted. */
	readonly found: Json;
	readonly rowCount: number;
}

const noRange: Range = { min: null, max: null, mean: null };

function finish(draft: Draft, counts: Counts, { found, rowCount }: Distinct): ScannedColumn {
	const texts = Array.isArray(found) ? (found as string[]) : null;
	const isFew = texts !== null && (draft.asked === "nominal" || texts.length <= nominalLimit(rowCount));
	const type = draft.asked ?? inferType({ ...counts, rowCount, texts: isFew ? texts : null });
	const fitting = type === "numeric" ? counts.numberCount : type === "date" ? counts.dateCount : counts.cellCount;
	const range = type === "numeric" ? counts.numberRange : type === "date" ? counts.dateRange : noRange;
	const values = type === "truth" ? new Set(texts?.map(parseTruth)).size : (texts?.length ?? Number(found));
	return {
		stored: draft.stored,
		type,
		categories: type === "nominal" ? sortCategories(texts ?? []) : [],
		cellCount: counts.cellCount,
		misfitCount: counts.cellCount - fitting,
		distinctCount: found === null ? Math.min(counts.estimate, counts.cellCount) : values,
		distinctIsExact: found !== null,
		...range,
		examples: draft.examples,
	};
}
