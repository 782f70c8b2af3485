/** A table source over a file, read with DuckDB. */
import type { DataError } from "../../errors.ts";
import type { Table } from "../../table.ts";
import { checkTypeNames, chooseColumns } from "../choose-columns.ts";
import { misfit } from "../column-from-cells.ts";
import { delimiterOf, noRows } from "../csv-head.ts";
import { checkGzip } from "../files/bytes.ts";
import { type Dialect, type FileHead, lineOfRow, readFileHead } from "../files/csv-scan.ts";
import { locateTable } from "../files/locate.ts";
import { dataError } from "../refuse.ts";
import type { BatchOptions, CellType, ColumnInfo, OpenOptions, ReadOptions, TableSource } from "../source.ts";
import { type Engine, openEngine } from "./engine.ts";
import { explain } from "./explain.ts";
import { columnFiller, selectExpression } from "./fill-columns.ts";
import { csvRelation, jsonRelation, missingSql, parquetRelation, type Relation } from "./relation.ts";
import { type Scan, type ScannedColumn, scanRelation } from "./scan.ts";

/** A relation and, for separated text, how its lines are found. */
interface OpenedFile {
	readonly relation: Relation;
	readonly dialect: Dialect;
	readonly head: FileHead | null;
}

/** Text files from so many bytes on are packed before they are scanned. */
const PACKED_BYTES = 2 ** 24;

/** Opens and scans a file; see `openTable`. */
export async function openFileTable(path: string, options: OpenOptions): Promise<TableSource> {
	const file = await locateTable(path, options.format);
	const isText = file.format === "csv" || file.format === "tsv";
	const dialect: Dialect = {
		file,
		delimiter: isText ? delimiterOf(file.format, options) : ",",
		encoding: options.encoding ?? "utf-8",
	};
	await checkGzip(file);
	const head = isText ? await readFileHead(dialect, options) : null;
	const engine = await openEngine();
	try {
		const opened = await explained({ dialect, head }, async () => ({
			relation: await relationOf(dialect, head, { engine, missing: options.missing }),
			dialect,
			head,
		}));
		const names = opened.relation.columns.map(({ name }) => name);
		checkTypeNames(options.types, names, path);
		const pack = file.format !== "parquet" && file.byteCount >= PACKED_BYTES;
		const scan = await explained(opened, () => scanRelation(engine, opened.relation, { ...options, pack }));
		if (scan.rowCount === 0) throw noRows(path);
		for (const column of scan.columns)
			if (column.misfitCount > 0) throw await firstMisfit(engine, opened, { ...scan, column }, options.missing);
		return fileSource(engine, opened, scan, options);
	} catch (error) {
		await engine.close();
		throw error;
	}
}

interface RelationContext {
	readonly engine: Engine;
	readonly missing: readonly string[] | undefined;
}

function relationOf(dialect: Dialect, head: FileHead | null, { engine, missing }: RelationContext): Relation | Promise<Relation> {
	if (head !== null) return csvRelation(dialect.file, head, { ...dialect, missing });
	return dialect.file.format === "parquet" ? parquetRelation(dialect.file, engine, missing) : jsonRelation(dialect.file, engine, missing);
}

/** Runs DuckDB; what it throws becomes an error in the user's words. */
async function explained<T>(place: { readonly dialect: Dialect; readonly head: FileHead | null }, run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (error) {
		throw await explain(error, place.dialect, place.head);
	}
}

async function firstMisfit(
	engine: Engine,
	{ dialect, head }: OpenedFile,
	{ from, column }: { readonly from: string; readonly column: ScannedColumn },
	missing?: readonly string[],
): Promise<DataError> {
	const { stored, type } = column;
	const value = type === "date" ? stored.seconds : stored.number;
	const numbered = `SELECT row_number() OVER () - 1 AS r, ${stored.text} AS t, ${value} AS v FROM ${from}`;
	const [[rowNumber, cell]] = await engine.rows(
		`SELECT r, t FROM (${numbered}) WHERE v IS NULL AND NOT ${missingSql(missing)("t")} LIMIT 1`,
	);
	const place = await placeOf(dialect, head, Number(rowNumber));
	return misfit({ file: dialect.file.path, ...place, column: stored.name, cell: String(cell), type: type as CellType });
}

/** The line of a row where there are lines. JSON records are counted, as a file may hold them in an array. */
async function placeOf(dialect: Dialect, head: FileHead | null, rowNumber: number): Promise<{ row: number; unit: "line" | "row" }> {
	if (head === null) return { row: rowNumber + 1, unit: "row" };
	return { row: await lineOfRow(dialect, head, rowNumber), unit: "line" };
}

const BATCH_ROWS = 8192;

function fileSource(engine: Engine, opened: OpenedFile, scan: Scan, options: OpenOptions): TableSource {
	const { path, format } = opened.dialect.file;
	const columns = scan.columns.map((column) => columnInfo(column, scan.rowCount));
	const names = columns.map(({ name }) => name);
	let isClosed = false;
	const pieces = (piece: Piece): AsyncGenerator<Table> => {
		if (isClosed) throw closedSource(path);
		const chosen = chooseColumns(piece.columns, names, path).map((i) => scan.columns[i]);
		return readPieces(engine, opened, { ...piece, from: scan.from, chosen, missing: options.missing });
	};
	return {
		path,
		format,
		rowCount: scan.rowCount,
		columns,
		read: async ({ columns: wanted, limit = scan.rowCount }: ReadOptions = {}) => {
			checkCount("limit", limit, path);
			const rows = Math.min(limit, scan.rowCount);
			for await (const table of pieces({ columns: wanted, rows, batchRows: rows, isWhole: rows === scan.rowCount })) return table;
			throw changedFile(path);
		},
		batches: ({ columns: wanted, batchRows = BATCH_ROWS }: BatchOptions = {}) => {
			checkCount("batchRows", batchRows, path);
			return pieces({ columns: wanted, rows: scan.rowCount, batchRows, isWhole: true });
		},
		rest: () => engine.rest(),
		close: async () => {
			if (isClosed) return;
			isClosed = true;
			await engine.close();
		},
	};
}

function columnInfo(column: ScannedColumn, rowCount: number): ColumnInfo {
	const { stored, type, cellCount, distinctCount, distinctIsExact, min, max, mean, examples } = column;
	const isNumeric = type === "numeric" || type === "date";
	return {
		name: stored.name,
		kind: isNumeric ? "numeric" : type === "truth" ? "nominal" : type,
		temporal: type === "date",
		missingCount: rowCount - cellCount,
		distinctCount,
		distinctIsExact,
		min,
		max,
		mean,
		examples,
	};
}

interface Piece {
	readonly columns: readonly string[] | undefined;
	readonly rows: number;
	readonly batchRows: number;
	/** Whether these are all rows. */
	readonly isWhole: boolean;
}

interface ChosenPiece extends Piece {
	readonly from: string;
	readonly chosen: readonly ScannedColumn[];
	readonly missing: readonly string[] | undefined;
}

async function* readPieces(engine: Engine, opened: OpenedFile, piece: ChosenPiece): AsyncGenerator<Table> {
	const { chosen, rows, batchRows } = piece;
	const selected = chosen.length === 0 ? "1" : chosen.map(selectExpression).join(", ");
	// A limit costs half as much again as the whole stream.
	const limit = piece.isWhole ? "" : ` LIMIT ${rows}`;
	const chunks = engine.chunks(`SELECT ${selected} FROM ${piece.from}${limit}`);
	const start = (done: number) => {
		const rowCount = Math.min(batchRows, rows - done);
		return { rowCount, fillers: chosen.map((column, index) => columnFiller(column, { index, rowCount, missing: piece.missing })) };
	};
	let [done, at, batch] = [0, 0, start(0)];
	try {
		for (;;) {
			const { value: chunk } = await explained(opened, () => chunks.next());
			if (!chunk) break;
			for (let from = 0; from < chunk.rowCount && done < rows; ) {
				const to = Math.min(chunk.rowCount, from + batch.rowCount - at);
				for (const filler of batch.fillers) filler.fill(chunk, { from, to, at });
				at += to - from;
				from = to;
				if (at < batch.rowCount) continue;
				yield { rowCount: at, columns: batch.fillers.map((filler) => filler.column(at)) };
				done += at;
				[at, batch] = [0, start(done)];
			}
		}
	} finally {
		await chunks.return(undefined);
	}
	if (done < rows) throw changedFile(opened.dialect.file.path);
}

function checkCount(name: string, value: number, file: string): void {
	if (Number.isSafeInteger(value) && value >= 1) return;
	throw dataError({
		file,
		fault: `${name} is not usable`,
		expected: "an integer of at least 1",
		received: String(value),
		attempt: name === "limit" ? "leave it out to read all rows" : "leave it out for 8192 rows",
	});
}

function changedFile(file: string): DataError {
	return dataError({
		file,
		fault: "the file has changed since it was opened",
		expected: "as many rows as before",
		received: "fewer",
		attempt: "open it again",
	});
}

function closedSource(file: string): DataError {
	return dataError({
		file,
		fault: "the table is closed",
		expected: "to read before close()",
		received: "a read after it",
		attempt: "open it again, or close it later",
	});
}
