/** `gradus predict`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { parseRunConfig } from "../../config/parse.ts";
import { ArgumentError } from "../../core/errors.ts";
import { readIdx } from "../../data/files/idx.ts";
import { decodeImageFile } from "../../data/images/decode-image.ts";
import { describeNotes, type InputNotes, joinNotes, noNotes } from "../../data/preprocessing/inspect.ts";
import { openTable, tableFromText } from "../../data/sources/index.ts";
import type { TextFormat } from "../../data/sources/table-from-text.ts";
import type { Table } from "../../data/table.ts";
import { readRunConfig } from "../../io/node/run-folder.ts";
import type { Model } from "../../predict/model.ts";
import { missingData } from "../../project/data/missing-data.ts";
import { openOptions } from "../../project/data/open-table.ts";
import { loadRunModel } from "../../project/trained-model.ts";
import { counted } from "../format.ts";
import { checkOutput } from "../output-path.ts";
import { openOutput, type PredictionFormat, type PredictionWriter } from "../predictions.ts";
import type { Terminal } from "../terminal.ts";

/** Flags of `predict`. */
export interface PredictFlags {
	readonly out?: string;
	readonly format?: PredictionFormat;
	readonly inputFormat?: TextFormat;
	readonly json?: boolean;
}

/** Predicts rows or images with a run's model. */
export async function predict(run: string, data: string, flags: PredictFlags, terminal: Terminal): Promise<undefined> {
	checkOutput("--out", flags.out);
	const model = await loadRunModel(run);
	if (data !== "-" && !existsSync(data)) throw missingData(data);
	const format = flags.json ? "jsonl" : (flags.format ?? (flags.out !== undefined && /\.jsonl?$/.test(flags.out) ? "jsonl" : "csv"));
	const writer = openOutput(flags.out, format, terminal);
	try {
		let notes = noNotes;
		if (model.record.input.kind === "table") notes = await predictRows(model, tablesIn(data, run, flags), writer);
		else await predictImages(model, data, writer);
		writer.finish();
		const lines = describeNotes(notes);
		for (const line of lines.slice(0, MOST_NOTES)) terminal.screen.write(`${line}\n`);
		if (lines.length > MOST_NOTES) terminal.screen.write(`… and ${counted(lines.length - MOST_NOTES, "more such line")}.\n`);
	} catch (error) {
		writer.discard();
		throw error;
	}
}

/** Predicts all rows; gives what there is to say of cells that training did not meet. */
async function predictRows(model: Model, tables: AsyncIterable<Table>, writer: PredictionWriter): Promise<InputNotes> {
	let notes = noNotes;
	for await (const table of tables) {
		for (const prediction of await model.predictTable(table)) writer.write({}, prediction);
		notes = joinNotes(notes, model.check(table));
	}
	return notes;
}

/** The rows in pieces that fit into memory. */
async function* tablesIn(data: string, run: string, { inputFormat }: PredictFlags): AsyncGenerator<Table, void, void> {
	if (data === "-") {
		const text = await readAll(process.stdin);
		const format = inputFormat ?? (text.trimStart().startsWith("{") || text.trimStart().startsWith("[") ? "jsonl" : "csv");
		yield tableFromText(text, format);
		return;
	}
	const config = parseRunConfig(await readRunConfig(run).catch(() => ({ data: { source: data } })));
	const source = await openTable(data, openOptions(config));
	try {
		yield* source.batches();
	} finally {
		await source.close();
	}
}

/** Remarks that are shown; of a table with hundreds of columns there may be as many. */
const MOST_NOTES = 10;

const IMAGE_ENDINGS = new Set([".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".avif", ".bmp"]);

async function predictImages(model: Model, path: string, writer: PredictionWriter): Promise<void> {
	const { input } = model.record;
	if (input.kind !== "images") return;
	if (/idx\d[-_.]u?byte(\.gz)?$/i.test(path)) {
		await predictIdx(model, path, writer);
		return;
	}
	const [channels, height, width] = input.shape;
	const spec = input.spec ?? { channels: channels as 1 | 3, height, width, fit: "cover" as const };
	for (const file of imageFiles(path)) {
		const [prediction] = await model.predictPixels(await decodeImageFile(file, spec));
		writer.write({ file }, prediction);
	}
}

async function predictIdx(model: Model, path: string, writer: PredictionWriter): Promise<void> {
	const { readFile } = await import("node:fs/promises");
	const { gunzip } = await import("../../data/files/gzip.ts");
	const { data } = readIdx(await gunzip(await readFile(path), { file: path }), { file: path });
	for (const prediction of await model.predictPixels(Uint8Array.from(data as ArrayLike<number>))) writer.write({}, prediction);
}

function imageFiles(path: string): string[] {
	if (!statSync(path).isDirectory()) return [path];
	const files = readdirSync(path, { recursive: true, encoding: "utf8" })
		.filter((name) => IMAGE_ENDINGS.has(extname(name).toLowerCase()))
		.sort()
		.map((name) => join(path, name));
	if (files.length === 0) throw new ArgumentError(`${path}: expected images in the folder, found none.`);
	return files;
}
