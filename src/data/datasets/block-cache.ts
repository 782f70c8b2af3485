/** The pieces of a file that were read last, in memory of bounded size. */

/** Reads a block's bytes. */
export type LoadBlock = (block: number) => Promise<ArrayBuffer>;

/** A block as numbers and as whole numbers: two views of the same bytes. */
export interface Block {
	readonly numbers: Float32Array;
	readonly integers: Int32Array;
}

/** Keeps up to `capacity` blocks; a further one takes the place of the one that was read first. */
export class BlockCache {
	readonly #load: LoadBlock;
	readonly #capacity: number;
	/** In the order of their reading. */
	readonly #blocks = new Map<number, Block | Promise<Block>>();

	constructor(load: LoadBlock, capacity: number) {
		this.#load = load;
		this.#capacity = capacity;
	}

	/** A block: itself where it is at hand, else a promise of it, one for all that ask meanwhile. */
	get(block: number): Block | Promise<Block> {
		return this.#blocks.get(block) ?? this.#read(block);
	}

	#read(block: number): Promise<Block> {
		if (this.#blocks.size >= this.#capacity) for (const first of this.#blocks.keys()) if (this.#blocks.delete(first)) break;
		const reading = this.#load(block).then(
			(bytes): Block => {
				const loaded = { numbers: new Float32Array(bytes), integers: new Int32Array(bytes) };
				// It may have been put out while it was being read.
				if (this.#blocks.get(block) === reading) this.#blocks.set(block, loaded);
				return loaded;
			},
			(error: unknown) => {
				if (this.#blocks.get(block) === reading) this.#blocks.delete(block);
				throw error;
			},
		);
		this.#blocks.set(block, reading);
		return reading;
	}
}
