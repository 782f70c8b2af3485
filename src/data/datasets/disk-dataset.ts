/** Examples that lie in a file, for data larger than memory. Needs Node, so nothing else here may import this file. */
import { close, open, type PathLike, read } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { promisify } from "node:util";
import { sizeOf } from "../../core/shape.ts";
import type { Batch, Dataset } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { checkIndices } from "./array-dataset.ts";
import { type Block, BlockCache } from "./block-cache.ts";
import { targetWidth } from "./check.ts";
import { bytesPerRow, type DiskHeader, decodeHeader, type ExampleLayout, FIXED_BYTES, headerLength } from "./disk-format.ts";
import { DiskWriter, type WritableBatch } from "./disk-writer.ts";

export type { ExampleLayout, WritableBatch };

/**
 * Writes examples batch by batch to one file and opens it as a data set. Only one batch is in memory at a time. The file appears under
 * its name when it is complete; until then, and if a batch fails, there is only `<path>.partial`, which is removed again.
 *
 * @throws ShapeError or DataError about a batch that does not fit, as `arrayDataset` does
 * @example
 * async function* examples() {
 * 	for await (const table of batches) yield applyPreprocessor(preprocessor, table, { target: "require" });
 * }
 * const train = await writeDiskDataset("train.cache", { inputShape: [12], target: targetKind(preprocessor) }, examples());
 */
export async function writeDiskDataset(
	path: string,
	layout: ExampleLayout,
	batches: AsyncIterable<WritableBatch> | Iterable<WritableBatch>,
): Promise<Dataset> {
	const writer = await DiskWriter.create(path, layout);
	try {
		for await (const batch of batches) await writer.append(batch);
		await writer.finish();
	} catch (error) {
		await writer.discard();
		throw error;
	}
	return openDiskDataset(path);
}

/**
 * Bytes of a block. Larger ones are read in fewer calls; smaller ones mix better where a file is sorted: a window then holds examples of
 * more places.
 */
const BLOCK_BYTES = 16 * 1024;

/** Bytes of the blocks among which examples are shuffled. */
const WINDOW_BYTES = 64 * 1024 * 1024;

/** Blocks of the window before are put out while the next is read, not those in use: hence room for more than one window. */
const CACHED_WINDOWS = 1.25;

/**
 * Opens a file of `writeDiskDataset`. Reading takes blocks of the file, on Node's threads, so that it goes on while a training step
 * computes; 80 MB of blocks stay in memory. The data set's `blocks` say in which order each is read but once. Close it when done.
 *
 * @throws DataError if the file is not such a file, or damaged
 */
export async function openDiskDataset(path: string): Promise<Dataset> {
	const header = await readHeader(path);
	const descriptor = await openDescriptor(path, "r");
	const blocks = blocksOf(header);
	const cache = new BlockCache((block) => readBlock(descriptor, { block, ...blocks, header, path }), CACHED_WINDOWS * blocks.window);
	const pending = new Set<Promise<Batch>>();
	let isOpen = true;
	return {
		size: header.rowCount,
		inputShape: header.inputShape,
		target: header.target,
		blocks,
		read: (indices) => {
			if (!isOpen) throw new DataError(`${path}: expected an open data set, received one that was closed.`, { file: path });
			checkIndices(indices, header.rowCount);
			const batch = readBatch(cache, { header, blockSize: blocks.blockSize }, indices);
			pending.add(batch);
			batch.finally(() => pending.delete(batch)).catch(() => {});
			return batch;
		},
		close: async () => {
			if (!isOpen) return;
			isOpen = false;
			// A descriptor that is closed under a read may be another file's by then.
			await Promise.allSettled(pending);
			await closeDescriptor(descriptor);
		},
	};
}

const openDescriptor: (path: PathLike, flags: string) => Promise<number> = promisify(open);
const closeDescriptor = promisify(close);

async function readHeader(path: string): Promise<DiskHeader> {
	const file = await openFile(path, "r");
	try {
		const { size } = await file.stat();
		const start = new Uint8Array(FIXED_BYTES);
		const { bytesRead } = await file.read(start, 0, FIXED_BYTES, 0);
		const header = new Uint8Array(Math.min(headerLength(start.subarray(0, bytesRead), path), size));
		await file.read(header, 0, header.length, 0);
		return decodeHeader(header, size, path);
	} finally {
		await file.close();
	}
}

function blocksOf(header: DiskHeader): { blockSize: number; window: number } {
	const blockSize = Math.max(1, Math.floor(BLOCK_BYTES / bytesPerRow(header)));
	return { blockSize, window: Math.max(1, Math.floor(WINDOW_BYTES / (blockSize * bytesPerRow(header)))) };
}

interface BlockPlace {
	readonly block: number;
	readonly blockSize: number;
	readonly header: DiskHeader;
	readonly path: string;
}

/** A callback: a promise of `FileHandle.read` costs four times as much as the read. */
function readBlock(descriptor: number, { block, blockSize, header, path }: BlockPlace): Promise<ArrayBuffer> {
	const [first, rowBytes] = [block * blockSize, bytesPerRow(header)];
	const bytes = new Uint8Array((Math.min(first + blockSize, header.rowCount) - first) * rowBytes);
	const position = header.byteLength + first * rowBytes;
	return new Promise((resolve, reject) => {
		read(descriptor, bytes, 0, bytes.length, position, (error, count) => {
			if (error) reject(error);
			else if (count !== bytes.length) reject(cutOff(path, position + count));
			else resolve(bytes.buffer);
		});
	});
}

function cutOff(file: string, end: number): DataError {
	return new DataError(`${file}: expected more examples, but the file ends at byte ${end}; it was changed since it was opened.`, { file });
}

/** Examples whose blocks are in memory at once, whatever the batch. */
const ROWS_AT_ONCE = 4096;

/** Rows up to this many numbers are copied one by one; making a view of a longer one costs less than that. */
const SHORT_ROW = 48;

async function readBatch(
	cache: BlockCache,
	{ header, blockSize }: { readonly header: DiskHeader; readonly blockSize: number },
	indices: ArrayLike<number>,
): Promise<Batch> {
	const [rowSize, width] = [sizeOf(header.inputShape), targetWidth(header.target)];
	const isClasses = header.target.kind === "classes";
	const x = new Float32Array(indices.length * rowSize);
	const y = isClasses ? new Int32Array(indices.length) : new Float32Array(indices.length * width);
	for (let start = 0; start < indices.length; start += ROWS_AT_ONCE) {
		const end = Math.min(start + ROWS_AT_ONCE, indices.length);
		const blocks = await blocksOfRows(cache, indices, { start, end, blockSize });
		for (let place = start; place < end; place++) {
			const { numbers, integers } = blocks[place - start];
			const at = (indices[place] % blockSize) * (rowSize + width);
			if (rowSize > SHORT_ROW) x.set(numbers.subarray(at, at + rowSize), place * rowSize);
			else for (let k = 0; k < rowSize; k++) x[place * rowSize + k] = numbers[at + k];
			const targets = isClasses ? integers : numbers;
			for (let k = 0; k < width; k++) y[place * width + k] = targets[at + rowSize + k];
		}
	}
	return { x, y, rowCount: indices.length };
}

/** The block of each row of a part of a batch; all that are missing are read at once. */
async function blocksOfRows(
	cache: BlockCache,
	indices: ArrayLike<number>,
	{ start, end, blockSize }: { readonly start: number; readonly end: number; readonly blockSize: number },
): Promise<Block[]> {
	const found = new Array<Block | Promise<Block>>(end - start);
	for (let place = start; place < end; place++) found[place - start] = cache.get(Math.floor(indices[place] / blockSize));
	if (!found.some((block) => block instanceof Promise)) return found as Block[];
	try {
		return await Promise.all(found);
	} catch (error) {
		// Not before the last is in: the file may be closed then.
		await Promise.allSettled(found);
		throw error;
	}
}
