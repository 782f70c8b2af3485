/** Tables larger than memory as training data: rows pass by in batches, and examples go to files of numbers, from which training reads. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dataset } from "../../data/dataset.ts";
import { openDiskDataset } from "../../data/datasets/disk-dataset.ts";
import { DiskWriter } from "../../data/datasets/disk-writer.ts";
import { DataError } from "../../data/errors.ts";
import { applyPreprocessor } from "../../data/preprocessing/apply.ts";
import { fitPreprocessorStream, type PreprocessorOptions } from "../../data/preprocessing/fit.ts";
import { type Preprocessor, targetKind } from "../../data/preprocessing/preprocessor.ts";
import { selectRows } from "../../data/select-rows.ts";
import { type TemporaryFolder, temporaryFolder } from "../../data/sources/files/temporary-folder.ts";
import type { TableSource } from "../../data/sources/source.ts";
import type { Split } from "../../data/splits/split-rows.ts";
import type { Table } from "../../data/table.ts";
import type { OnDataProgress } from "./data-progress.ts";
import type { PreparedData } from "./opened.ts";

/** What the rows become. */
export interface StreamedTableOptions {
	readonly preprocessing: PreprocessorOptions;
	readonly onProgress?: OnDataProgress;
}

const parts = ["train", "validation", "test"] as const;

type PartName = (typeof parts)[number];

const BATCH_ROWS = 16_384;

/** A source whose rows are read twice for each split: once to fit preprocessing to the training rows, once to write all examples. */
export class StreamedTable {
	readonly #source: TableSource;
	readonly #options: StreamedTableOptions;
	/** A folder for each time that data was prepared, as with folds. */
	readonly #folders: TemporaryFolder[] = [];
	readonly #datasets: Dataset[] = [];

	constructor(source: TableSource, options: StreamedTableOptions) {
		this.#source = source;
		this.#options = options;
	}

	/** @throws DataError as `fitPreprocessor` and `applyPreprocessor` do */
	async prepare(split: Split): Promise<PreparedData> {
		const train = this.#pieces({ train: split.train }, "fit");
		const preprocessor = await fitPreprocessorStream(tablesOf(train), this.#options.preprocessing);
		const datasets = await this.#write(preprocessor, split);
		await this.#source.rest?.();
		return {
			train: datasets.train as Dataset,
			validation: datasets.validation,
			test: datasets.test,
			input: { kind: "table", preprocessor },
			target: targetKind(preprocessor),
			remarks: preprocessor.remarks,
		};
	}

	/** Removes the examples. Data that was prepared can no longer be read. */
	async close(): Promise<void> {
		await Promise.all(this.#datasets.map((dataset) => dataset.close?.()));
		await Promise.all(this.#folders.map((folder) => folder.remove()));
	}

	async #write(preprocessor: Preprocessor, split: Split): Promise<Record<PartName, Dataset | null>> {
		const folder = await temporaryFolder();
		this.#folders.push(folder);
		const layout = { inputShape: [preprocessor.featureNames.length], target: targetKind(preprocessor) };
		const path = (part: PartName): string => join(folder.path, part);
		const written = parts.filter((part) => split[part].length > 0);
		const writers = new Map<PartName, DiskWriter>();
		try {
			for (const part of written) writers.set(part, await DiskWriter.create(path(part), layout));
			for await (const { part, table } of this.#pieces(split, "write")) {
				await writers.get(part)!.append(applyPreprocessor(preprocessor, table, { target: "require" }));
			}
			for (const writer of writers.values()) await writer.finish();
		} catch (error) {
			for (const writer of writers.values()) await writer.discard();
			throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? noRoom(this.#source, preprocessor) : error;
		}
		const datasets: Record<PartName, Dataset | null> = { train: null, validation: null, test: null };
		for (const part of written) {
			const dataset = { ...(await openDiskDataset(path(part))), input: { kind: "table", preprocessor } as const };
			this.#datasets.push(dataset);
			datasets[part] = dataset;
		}
		return datasets;
	}

	/** The rows of those parts in the order of the source, each batch cut into its parts. */
	async *#pieces(split: Partial<Split>, task: "fit" | "write"): AsyncGenerator<Piece> {
		const rows = parts.flatMap((part) => (split[part] === undefined ? [] : [{ part, rows: split[part], next: 0 }]));
		let start = 0;
		for await (const batch of this.#source.batches({ batchRows: BATCH_ROWS })) {
			for (const own of rows) {
				const table = ownRows(own, batch, start);
				if (table !== null) yield { part: own.part, table };
			}
			start += batch.rowCount;
			this.#options.onProgress?.({ task, share: start / this.#source.rowCount });
		}
	}
}

/** What is thrown where the disk is full. */
export function noRoom({ path, rowCount }: Pick<TableSource, "path" | "rowCount">, { featureNames }: Pick<Preprocessor, "featureNames">) {
	const gigabytes = (4 * rowCount * (featureNames.length + 1)) / 1e9;
	return new DataError(
		`${path}: expected ${gigabytes.toPrecision(2)} GB of room in ${tmpdir()} for the examples made of it, received a full disk.\n` +
			"  Try: free some space, or set the environment variable TMPDIR to a folder on a larger disk.",
		{ file: path },
	);
}

/** Rows of one part of a batch. */
interface Piece {
	readonly part: PartName;
	readonly table: Table;
}

async function* tablesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Table> {
	for await (const { table } of pieces) yield table;
}

/** A part's rows, ascending, and how many of them have passed. */
interface PartRows {
	readonly rows: Int32Array;
	next: number;
}

/** The part's rows in a batch that begins with row `start`; null if there are none. */
function ownRows(own: PartRows, batch: Table, start: number): Table | null {
	const { rows, next: first } = own;
	let next = first;
	while (next < rows.length && rows[next] < start + batch.rowCount) next++;
	own.next = next;
	if (next === first) return null;
	if (next - first === batch.rowCount) return batch;
	const found = rows.slice(first, next);
	for (let i = 0; i < found.length; i++) found[i] -= start;
	return selectRows(batch, found);
}
