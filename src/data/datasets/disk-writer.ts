/** Writes the cache file of a data set batch by batch. Needs Node. */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { sizeOf } from "../../core/shape.ts";
import { DataError } from "../errors.ts";
import { checkExamples, type Examples, targetWidth } from "./check.ts";
import { type ExampleLayout, encodeHeader, FIXED_BYTES } from "./disk-format.ts";

/** Examples as `applyPreprocessor` makes them. */
export type WritableBatch = Pick<Examples, "x"> & { readonly y: Examples["y"] | null };

/** A cache file that is being written. It appears under its name when it is complete; until then there is only `<path>.partial`. */
export class DiskWriter {
	readonly #path: string;
	readonly #layout: ExampleLayout;
	readonly #file: FileHandle;
	#rowCount = 0;

	private constructor(path: string, layout: ExampleLayout, file: FileHandle) {
		this.#path = path;
		this.#layout = layout;
		this.#file = file;
	}

	static async create(path: string, layout: ExampleLayout): Promise<DiskWriter> {
		const writer = new DiskWriter(path, layout, await open(`${path}.partial`, "w"));
		try {
			await writer.#file.writeFile(encodeHeader(layout, 0));
		} catch (error) {
			await writer.discard();
			throw error;
		}
		return writer;
	}

	/** @throws ShapeError or DataError about a batch that does not fit, as `arrayDataset` does */
	async append({ x, y }: WritableBatch): Promise<void> {
		if (y === null) throw new DataError("writeDiskDataset: expected targets in each batch, received y = null.");
		const added = checkExamples({ x, y }, this.#layout.inputShape, this.#layout.target, this.#rowCount);
		await this.#file.writeFile(interleave({ x, y }, this.#layout, added));
		this.#rowCount += added;
	}

	/** Gives the file its name. */
	async finish(): Promise<void> {
		await this.#file.write(encodeHeader(this.#layout, this.#rowCount), 0, FIXED_BYTES, 0);
		await this.#file.sync();
		await this.#file.close();
		await rename(`${this.#path}.partial`, this.#path);
	}

	/** Removes what was written. */
	async discard(): Promise<void> {
		await this.#file.close().catch(() => {});
		await rm(`${this.#path}.partial`, { force: true });
	}
}

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
