/** Tables as training data: columns are read, rows split, preprocessing fitted to the training rows. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { RunConfig } from "../../config/run-config.ts";
import { suggestion } from "../../core/nearest.ts";
import type { Dataset } from "../../data/dataset.ts";
import { tableDataset } from "../../data/datasets/table-dataset.ts";
import { DataError } from "../../data/errors.ts";
import { fitPreprocessor, type PreprocessorOptions } from "../../data/preprocessing/fit.ts";
import { targetKind } from "../../data/preprocessing/preprocessor.ts";
import { selectRows } from "../../data/select-rows.ts";
import { findLeaks, openTable } from "../../data/sources/index.ts";
import type { OpenOptions, TableSource } from "../../data/sources/source.ts";
import type { Split, SplitBy } from "../../data/splits/split-rows.ts";
import type { Column, Table } from "../../data/table.ts";
import { closedOnFailure } from "../closed-on-failure.ts";
import type { OnDataProgress } from "./data-progress.ts";
import { exampleCells } from "./example-cells.ts";
import type { Leak, OpenedData, PreparedData } from "./opened.ts";
import { StreamedTable } from "./streamed-table.ts";

/**
 * Tables beyond this many bytes, in the file or as eight bytes a cell, are streamed: prepared once into a file of numbers, from which
 * training reads. In memory a table takes four times as much at its worst: its cells, those of a part, and the features made of them.
 */
const STREAMED_BYTES = 64 * 2 ** 20;

/** Rows in which leaks are looked for. */
const LEAK_ROWS = 20_000;

/** How a table is opened. */
export interface OpenTableDataOptions {
	/** Where the table is in memory already. */
	readonly source?: TableSource;
	readonly onProgress?: OnDataProgress;
}

/** Opens a file of rows. */
export async function openTableData(path: string, config: RunConfig, given: OpenTableDataOptions = {}): Promise<OpenedData> {
	return closedOnFailure(async (own) => {
		const opened = own(given.source ?? (await openWatched(path, config, given.onProgress)));
		return asTrainingData(opened, config, { ...given, path });
	});
}

async function asTrainingData(opened: TableSource, config: RunConfig, given: OpenTableDataOptions & { path: string }): Promise<OpenedData> {
	const { path, source, onProgress } = given;
	const target = config.data.target ?? guessTarget(opened);
	const guessed =
		config.data.target === undefined ? [`"${target}" is to be predicted, going by its name or place; --target says otherwise.`] : [];
	const names = [target].flat();
	const known = opened.columns.map(({ name }) => name);
	for (const name of names) {
		if (!known.includes(name))
			throw new DataError(`${basename(path)}: there is no column "${name}" to predict. ${suggestion(name, known)}`, { file: path });
	}
	const options = preprocessorOptions(config, target);
	const streamed = source === undefined && Math.max((await stat(path)).size, 8 * opened.rowCount * opened.columns.length) > STREAMED_BYTES;
	const targets = await opened.read({ columns: names });
	const splitBy = await splitRule(opened, config, targets.columns);
	const common = { name: basename(path), kind: "table", rowCount: opened.rowCount, splitBy, hasOwnTest: false } as const;
	const leaks = await leaksIn(opened, names, config);
	if (streamed) {
		const streamedTable = new StreamedTable(opened, { preprocessing: options, onProgress });
		const close = async (): Promise<void> => {
			await streamedTable.close();
			await opened.close();
		};
		return { ...common, prepare: (split) => streamedTable.prepare(split), remarks: guessed, leaks, close };
	}
	const table = await opened.read();
	await opened.rest?.();
	return {
		...common,
		prepare: async (split) => prepareInMemory(table, options, split),
		remarks: guessed,
		leaks,
		close: () => opened.close(),
	};
}

/** A small table is open before there is anything to tell. */
async function openWatched(path: string, config: RunConfig, onProgress: OnDataProgress = () => {}): Promise<TableSource> {
	let isTold = false;
	const tell = (share: number): void => {
		isTold = true;
		onProgress({ task: "read", share });
	};
	const opened = await openTable(path, { ...openOptions(config), onProgress: tell });
	if (isTold) tell(1);
	return opened;
}

/** How the config says that a file is to be read. */
export function openOptions({ data }: RunConfig): OpenOptions {
	const types = Object.entries(data.columns).flatMap(([name, { type }]) => (type === undefined ? [] : [[name, type] as const]));
	return {
		...(types.length > 0 ? { types: Object.fromEntries(types) } : {}),
		...(data.delimiter === undefined ? {} : { delimiter: data.delimiter }),
		...(data.header === undefined ? {} : { header: data.header }),
		...(data.encoding === undefined ? {} : { encoding: data.encoding }),
		...(data.missing === undefined ? {} : { missing: data.missing }),
	};
}

/** The last column of a table without names, as in digits.csv; otherwise the user must say. */
function guessTarget(source: TableSource): string {
	const names = source.columns.map(({ name }) => name);
	const conventional = names.find((name) => /^(target|label|class|y)$/i.test(name));
	if (conventional !== undefined) return conventional;
	if (names.every((name, i) => name === `column${i + 1}`)) return names[names.length - 1];
	throw new DataError(
		`${basename(source.path)}: which column is to be predicted?\n  Columns: ${names.join(", ")}.\n  Try: --target ${names[names.length - 1]}.`,
		{ file: source.path },
	);
}

function preprocessorOptions({ data }: RunConfig, target: string | readonly string[]): PreprocessorOptions {
	const columns = Object.entries(data.columns).map(([name, { type: _, ...rest }]) => [name, rest] as const);
	return {
		target,
		task: data.task ?? null,
		exclude: data.exclude,
		columns: Object.fromEntries(columns.filter(([, rest]) => Object.keys(rest).length > 0)) as PreprocessorOptions["columns"],
		maxOneHot: data.maxOneHot,
		missingTarget: data.missingTarget,
	};
}

async function splitRule(source: TableSource, { data }: RunConfig, targets: readonly Column[]): Promise<SplitBy> {
	if (data.split === "random") return "random";
	if (typeof data.split === "object") {
		const name = "group" in data.split ? data.split.group : data.split.time;
		const [column] = (await source.read({ columns: [name] })).columns;
		return "group" in data.split
			? { group: codesOf(column) ?? [] }
			: { time: column.kind === "numeric" ? column.values : (codesOf(column) ?? []) };
	}
	const codes = targets.length === 1 ? codesOf(targets[0], MOST_STRATA) : null;
	return codes === null || hasRareCode(codes) ? "random" : { stratify: narrowed(codes) };
}

/** The same codes in a quarter of the memory, where they are small enough: they are kept as long as the data is open. */
function narrowed(codes: Int32Array): Int8Array | Int32Array {
	return codes.every((code) => code <= 127) ? new Int8Array(codes) : codes;
}

/** A numeric target with more different values than this is not split by its values. */
const MOST_STRATA = 20;

/** An integer for each different cell; null beyond `most` different ones. */
function codesOf(column: Column, most = Number.POSITIVE_INFINITY): Int32Array | null {
	if (column.kind === "nominal") return column.codes;
	const known = new Map<number | string | null, number>();
	const codes = new Int32Array(column.values.length);
	for (let row = 0; row < codes.length; row++) {
		const cell = column.values[row];
		let code = known.get(cell);
		if (code === undefined) {
			if (known.size === most) return null;
			code = known.size;
			known.set(cell, code);
		}
		codes[row] = code;
	}
	return codes;
}

/** Whether some value stands in too few rows to be in every part. */
function hasRareCode(codes: Int32Array): boolean {
	const counts = new Map<number, number>();
	for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
	return Math.min(...counts.values()) < 3;
}

async function leaksIn(source: TableSource, targets: readonly string[], { data }: RunConfig): Promise<Leak[]> {
	if (targets.length !== 1) return [];
	const table = await source.read({ limit: LEAK_ROWS });
	return findLeaks(table, targets[0]).flatMap((found) => {
		if (!found.flagged || data.exclude.includes(found.column)) return [];
		const text = `"${found.column}" alone predicts "${targets[0]}" (score ${found.score.toFixed(3)}): it may say the same in other words.`;
		return [{ column: found.column, text }];
	});
}

function prepareInMemory(table: Table, options: PreprocessorOptions, split: Split): PreparedData {
	const part = (rows: Int32Array): Table => selectRows(table, rows);
	const train = part(split.train);
	const preprocessor = fitPreprocessor(train, options);
	const dataset = (rows: Int32Array): Dataset | null => (rows.length === 0 ? null : tableDataset(preprocessor, part(rows)));
	return {
		train: tableDataset(preprocessor, train),
		validation: dataset(split.validation),
		test: dataset(split.test),
		input: { kind: "table", preprocessor },
		target: targetKind(preprocessor),
		remarks: preprocessor.remarks,
		cells: (part, example) => exampleCells(table, preprocessor, { rows: split[part], example }),
	};
}
