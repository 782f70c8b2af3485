import { expect, test } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { epochOrder } from "../loader.ts";
import { BlockCache } from "./block-cache.ts";

/** Blocks that hold their own number; `reads` lists those that were read. */
function countedBlocks() {
	const reads: number[] = [];
	const load = async (block: number): Promise<ArrayBuffer> => {
		reads.push(block);
		return Float32Array.of(block).buffer;
	};
	return { reads, load };
}

test("a block is read once while it is kept, and again after others took its place", async () => {
	const { reads, load } = countedBlocks();
	const cache = new BlockCache(load, 2);
	expect((await cache.get(7)).numbers[0]).toBe(7);
	expect(cache.get(7)).not.toBeInstanceOf(Promise);
	await cache.get(8);
	await cache.get(9);
	await cache.get(7);
	expect(reads).toEqual([7, 8, 9, 7]);
});

test("those that ask for a block that is being read share the reading", async () => {
	const { reads, load } = countedBlocks();
	const cache = new BlockCache(load, 1);
	const both = [cache.get(3), cache.get(3)];
	// Puts 3 out while it is on its way.
	const other = cache.get(4);
	expect((await Promise.all(both)).map(({ numbers }) => numbers[0])).toEqual([3, 3]);
	await other;
	expect(reads).toEqual([3, 4]);
	expect(cache.get(4)).not.toBeInstanceOf(Promise);
});

test("a block that could not be read is read again when asked for again", async () => {
	let failures = 1;
	const cache = new BlockCache(async () => {
		if (failures-- > 0) throw new Error("disk gone");
		return new ArrayBuffer(4);
	}, 2);
	await expect(cache.get(0)).rejects.toThrow("disk gone");
	expect((await cache.get(0)).integers).toEqual(Int32Array.of(0));
});

test("an epoch in the order of the blocks reads each block once", async () => {
	const { reads, load } = countedBlocks();
	const [size, blockSize, window] = [10_007, 10, 50];
	const cache = new BlockCache(load, 1.25 * window);
	const order = epochOrder({ size, epoch: 0, rng: new RandomStream(1), shuffle: { blockSize, window } });
	for (const row of order) await cache.get(Math.floor(row / blockSize));
	expect(reads.length).toBe(Math.ceil(size / blockSize));
});
