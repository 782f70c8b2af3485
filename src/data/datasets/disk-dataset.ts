/** Examples that lie in a file, for data larger than memory. Needs Node, so nothing else here may import this file. */
import { close, open, type PathLike, read } from "node:fs";
import { open as openFile, rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { sizeOf } from "../../core/shape.ts";
import type { Batch, Dataset } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { checkIndices } from "./array-dataset.ts";
import { checkExamples, type Examples, targetWidth } from "./check.ts";
import { bytesPerRow, type DiskHeader, decodeHeader, type ExampleLayout, encodeHeader, FIXED_BYTES, headerLength } from "./disk-format.ts";
import { type PieceRead, planReads } from "./read-plan.ts";

export type { ExampleLayout };

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
	const partial = `${path}.partial`;
	const file = await openFile(partial, "w");
	try {
		let rowCount = 0;
		await file.writeFile(encodeHeader(layout, rowCount));
		for await (const { x, y } of batches) {
			if (y === null) throw new DataError("writeDiskDataset: expected targets in each batch, received y = null.");
			const added = checkExamples({ x, y }, layout.inputShape, layout.target, rowCount);
			await file.writeFile(interleave({ x, y }, layout, added));
			rowCount += added;
		}
		await file.write(encodeHeader(layout, rowCount), 0, FIXED_BYTES, 0);
		await file.sync();
		await file.close();
		await rename(partial, path);
	} catch (error) {
		await file.close().catch(() => {});
		await rm(partial, { force: true });
		throw error;
	}
	return openDiskDataset(path);
}

/** Examples as `applyPreprocessor` makes them. */
export type WritableBatch = Pick<Examples, "x"> & { readonly y: Examples["y"] | null };

function interleave({ x, y }: Examples, { inputShape, target }: ExampleLayout, rowCount: number): Uint8Array {
	const [rowSize, width] = [sizeOf(inputShape), targetWidth(target)];
	const step = rowSize + width;
	const rows = new Float32Array(rowCount * step);
	// Class indices are stored as int32 whatever array they came in.
	const targets = target.kind === "classes" ? new Int32Array(rows.buffer) : rows;
	for (let row = 0; row < rowCount; row++) {
		rows.set(x.subarray(row * rowSize, (row + 1) * rowSize), row * step);
		for (let k = 0; k < width; k++) targets[row * step + rowSize + k] = y[row * width + k];
	}
	return new Uint8Array(rows.buffer);
}

/**
 * Opens a file of `writeDiskDataset`. Reading takes the examples of a batch in few positioned reads, on Node's threads, so that it goes on
 * while a training step computes. Close it when done.
 *
 * @throws DataError if the file is not such a file, or damaged
 */
export async function openDiskDataset(path: string): Promise<Dataset> {
	const header = await readHeader(path);
	const descriptor = await openDescriptor(path, "r");
	const pending = new Set<Promise<Batch>>();
	let isOpen = true;
	return {
		size: header.rowCount,
		inputShape: header.inputShape,
		target: header.target,
		read: (indices) => {
			if (!isOpen) throw new DataError(`${path}: expected an open data set, received one that was closed.`, { file: path });
			checkIndices(indices, header.rowCount);
			const batch = readBatch(descriptor, header, indices, path);
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

async function readBatch(descriptor: number, header: DiskHeader, indices: ArrayLike<number>, file: string): Promise<Batch> {
	const { byteLength, reads, slots } = planReads(indices, { rowBytes: bytesPerRow(header), offset: header.byteLength });
	const bytes = new Uint8Array(byteLength);
	await readPieces(descriptor, bytes, reads, file);
	const numbers = new Float32Array(bytes.buffer);
	const [rowSize, width] = [sizeOf(header.inputShape), targetWidth(header.target)];
	const isClasses = header.target.kind === "classes";
	const x = new Float32Array(indices.length * rowSize);
	const y = isClasses ? new Int32Array(indices.length) : new Float32Array(indices.length * width);
	const targets = isClasses ? new Int32Array(bytes.buffer) : numbers;
	for (let place = 0; place < slots.length; place++) {
		const start = slots[place] * (rowSize + width);
		x.set(numbers.subarray(start, start + rowSize), place * rowSize);
		for (let k = 0; k < width; k++) y[place * width + k] = targets[start + rowSize + k];
	}
	return { x, y, rowCount: indices.length };
}

/** All pieces at once, with callbacks: a promise of `FileHandle.read` costs four times as much as the read. */
function readPieces(descriptor: number, bytes: Uint8Array, pieces: readonly PieceRead[], file: string): Promise<void> {
	return new Promise((resolve, reject) => {
		let left = pieces.length;
		let failure: Error | null = null;
		const finish = (): void => (failure === null ? resolve() : reject(failure));
		if (left === 0) finish();
		for (const { at, length, position } of pieces) {
			read(descriptor, bytes, at, length, position, (error, count) => {
				if (error) failure = error;
				else if (count !== length) failure = cutOff(file, position + count);
				// Not before the last: the file may be closed then.
				if (--left === 0) finish();
			});
		}
	});
}

function cutOff(file: string, end: number): DataError {
	return new DataError(`${file}: expected more examples, but the file ends at byte ${end}; it was changed since it was opened.`, { file });
}
