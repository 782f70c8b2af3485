/** Batches of a data set in the order of an epoch, from any batch on: what training reads. */
import { ArgumentError } from "../core/errors.ts";
import type { RandomStream } from "../core/random/index.ts";
import type { Batch, Blocks, Dataset } from "./dataset.ts";

/**
 * How examples are put in order: all at random, in their own order, or by blocks.
 *
 * Blocks are for data in a file: consecutive examples form blocks of `blockSize`; the blocks are shuffled, and then the examples within each
 * `window` of blocks that came to lie side by side. Batches then read for a while from `window` stretches of the file, which the system keeps
 * in memory, instead of all over it. Examples of one block meet more often than by full shuffling, so data that is sorted (by class, by
 * time) needs a window of many small blocks.
 */
export type Shuffle = boolean | Blocks;

/** What decides over an epoch's order. */
export interface EpochOrderOptions {
	/** Number of examples. */
	readonly size: number;
	/** Number of the epoch, from 0. */
	readonly epoch: number;
	/** Of the run; nothing is drawn from it itself, but from its split for the epoch. */
	readonly rng: RandomStream;
	/** Default true. */
	readonly shuffle?: Shuffle;
}

/** What a data set is shuffled by where nothing else is asked for: its blocks if it has any, else all at random. */
export function shuffleFor({ blocks }: Pick<Dataset, "blocks">, asked: Shuffle = true): Shuffle {
	return asked === true ? (blocks ?? true) : asked;
}

/**
 * Numbers of the examples in the order of an epoch. The same seed, path and epoch give the same order whatever was drawn before, so a
 * run that is resumed goes on as it would have.
 *
 * @throws ArgumentError if the size of a block or window is no integer ≥ 1
 * @example
 * const order = epochOrder({ size: dataset.size, epoch: 3, rng: new RandomStream(42).split("order") });
 */
export function epochOrder({ size, epoch, rng, shuffle = true }: EpochOrderOptions): Int32Array {
	if (shuffle === false) return Int32Array.from({ length: size }, (_, i) => i);
	const ofEpoch = rng.split("epoch", epoch);
	return shuffle === true ? ofEpoch.permutation(size) : blockOrder(size, shuffle, ofEpoch);
}

function blockOrder(size: number, { blockSize, window }: Blocks, rng: RandomStream): Int32Array {
	expectCount(blockSize, "epochOrder: expected shuffle.blockSize");
	expectCount(window, "epochOrder: expected shuffle.window");
	const order = new Int32Array(size);
	const blocks = rng.permutation(Math.ceil(size / blockSize));
	let [end, windowStart] = [0, 0];
	for (const [i, block] of blocks.entries()) {
		const last = Math.min(size, (block + 1) * blockSize);
		for (let row = block * blockSize; row < last; row++) order[end++] = row;
		if ((i + 1) % window !== 0 && i + 1 < blocks.length) continue;
		rng.shuffle(order.subarray(windowStart, end));
		windowStart = end;
	}
	return order;
}

function expectCount(value: number, what: string): void {
	if (Number.isSafeInteger(value) && value >= 1) return;
	throw new ArgumentError(`${what} to be an integer ≥ 1, received ${value}.`);
}

/**
 * Changes a batch before training sees it, such as augmentation. It is given the batch's number, so that what it draws can depend on that
 * alone and a resumed run draws the same.
 */
export type BatchTransform = (batch: Batch, batchNumber: number) => Batch | Promise<Batch>;

/** What a loader reads and how. */
export interface LoaderOptions {
	readonly dataset: Dataset;
	/** Examples of a batch; the last one may have fewer. */
	readonly batchSize: number;
	/** Numbers of the examples, as `epochOrder` makes them. Default: all, in their own order. */
	readonly order?: ArrayLike<number>;
	/** Leaves out a last batch of fewer examples. Default false. */
	readonly dropLast?: boolean;
	/** Batches that are read ahead of the one in use, where reading takes time. Default 2. */
	readonly prefetch?: number;
	/** Whether the arrays of a batch may be written over when the next one is asked for, which spares making new ones. Default false. */
	readonly reuse?: boolean;
	readonly transform?: BatchTransform;
}

/**
 * The batches of one epoch. Holds no place: any batch can be asked for at any time, and `batches(cursor)` goes on from there.
 *
 * @example
 * for await (const batch of new Loader({ dataset, batchSize: 128, order }).batches(cursor)) train(batch);
 */
export class Loader {
	readonly dataset: Dataset;
	readonly batchSize: number;
	readonly prefetch: number;
	/** Number of batches. */
	readonly batchCount: number;
	readonly #order: ArrayLike<number>;
	readonly #transform: BatchTransform | undefined;
	readonly #reuse: boolean;

	/** @throws ArgumentError if batchSize is no integer ≥ 1, prefetch none ≥ 0, or there is no batch */
	constructor({ dataset, batchSize, order, dropLast = false, prefetch = 2, reuse = false, transform }: LoaderOptions) {
		expectCount(batchSize, "Loader: expected batchSize");
		expectCount(prefetch + 1, "Loader: expected prefetch + 1");
		this.dataset = dataset;
		this.batchSize = batchSize;
		this.prefetch = prefetch;
		this.#order = order ?? Int32Array.from({ length: dataset.size }, (_, i) => i);
		this.#transform = transform;
		// What a transform returns may hold on to what it was given.
		this.#reuse = reuse && transform === undefined;
		const exact = this.#order.length / batchSize;
		this.batchCount = dropLast ? Math.floor(exact) : Math.ceil(exact);
		if (this.batchCount > 0) return;
		const advice =
			dropLast && exact > 0 ? `a batchSize of at most ${this.#order.length}, or dropLast: false.` : "a data set with examples.";
		throw new ArgumentError(`Loader: expected at least one batch, received ${this.#order.length} examples.\n  Try: ${advice}`);
	}

	[Symbol.asyncIterator](): AsyncGenerator<Batch, void, void> {
		return this.batches();
	}

	/** Numbers of a batch's examples. */
	indices(batchNumber: number): Int32Array {
		this.#check(batchNumber);
		const start = batchNumber * this.batchSize;
		const length = Math.min(this.batchSize, this.#order.length - start);
		const order = this.#order;
		return order instanceof Int32Array ? order.subarray(start, start + length) : Int32Array.from({ length }, (_, i) => order[start + i]);
	}

	/** A batch; at once where the data set reads at once and the transform is no promise. */
	batch(batchNumber: number): Batch | Promise<Batch> {
		return this.#read(batchNumber);
	}

	#read(batchNumber: number, spare?: Batch): Batch | Promise<Batch> {
		const read = this.dataset.read(this.indices(batchNumber), spare);
		const transform = this.#transform;
		if (transform === undefined) return read;
		return read instanceof Promise ? read.then((batch) => transform(batch, batchNumber)) : transform(read, batchNumber);
	}

	/**
	 * A batch, at once.
	 *
	 * @throws ArgumentError if the data set or the transform takes its time
	 */
	syncBatch(batchNumber: number): Batch {
		const batch = this.batch(batchNumber);
		if (!(batch instanceof Promise)) return batch;
		batch.catch(() => {});
		throw new ArgumentError(
			"Loader.syncBatch: expected a data set in memory, received one that reads in its own time.\n  Try: await loader.batch(i), or for await.",
		);
	}

	/**
	 * The batches from `cursor` on, in order. Where reading takes time, the next `prefetch` batches are under way while one is in use; on
	 * leaving early it waits for them, so the data set may then be closed.
	 */
	async *batches(cursor = 0): AsyncGenerator<Batch, void, void> {
		if (cursor !== this.batchCount) this.#check(cursor);
		const underWay: Promise<Batch>[] = [];
		let next = cursor;
		let spare: Batch | undefined;
		try {
			for (let current = cursor; current < this.batchCount; current++) {
				if (underWay.length === 0) {
					const batch = this.#read(next++, spare);
					if (!(batch instanceof Promise)) {
						yield batch;
						if (this.#reuse) spare = batch;
						continue;
					}
					underWay.push(batch);
				}
				while (next < this.batchCount && next <= current + this.prefetch) {
					const ahead = Promise.resolve(this.batch(next++));
					// Its failure is reported when its turn comes.
					ahead.catch(() => {});
					underWay.push(ahead);
				}
				yield await underWay.shift()!;
			}
		} finally {
			await Promise.allSettled(underWay);
		}
	}

	#check(batchNumber: number): void {
		if (Number.isInteger(batchNumber) && batchNumber >= 0 && batchNumber < this.batchCount) return;
		throw new ArgumentError(`Loader: expected a batch number from 0 to ${this.batchCount - 1}, received ${batchNumber}.`);
	}
}
