import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import type { Batch, Dataset } from "./dataset.ts";
import { arrayDataset } from "./datasets/array-dataset.ts";
import { epochOrder, Loader } from "./loader.ts";

const size = 10;
const dataset = arrayDataset({
	x: Float32Array.from({ length: size }, (_, i) => i),
	y: new Int32Array(size),
	inputShape: [1],
	target: { kind: "classes", classes: ["a", "b"] },
});

/** The same examples, each read a promise that `release` fulfils. */
function slowDataset() {
	const waiting: (() => void)[] = [];
	let [readCount, failAt] = [0, -1];
	const slow: Dataset = {
		...dataset,
		read: (indices) => {
			const number = readCount++;
			return new Promise<Batch>((resolve, reject) => {
				waiting.push(() => (number === failAt ? reject(new Error("disk gone")) : resolve(dataset.read(indices))));
			});
		},
	};
	return {
		dataset: slow,
		release: () => waiting.splice(0).forEach((run) => void run()),
		failAt: (read: number) => {
			failAt = read;
		},
		get readCount() {
			return readCount;
		},
	};
}

const eager = (): Dataset => ({ ...dataset, read: async (indices) => dataset.read(indices) });

async function collect(batches: AsyncIterable<Batch>): Promise<number[][]> {
	const rows: number[][] = [];
	for await (const { x } of batches) rows.push([...x]);
	return rows;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("epochOrder", () => {
	const rng = new RandomStream(5);

	it("is a permutation that differs by epoch and is the same again whatever was drawn meanwhile", () => {
		const first = epochOrder({ size: 100, epoch: 0, rng });
		expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
		expect(epochOrder({ size: 100, epoch: 1, rng })).not.toEqual(first);
		rng.normal();
		expect(epochOrder({ size: 100, epoch: 0, rng })).toEqual(first);
		expect(epochOrder({ size: 100, epoch: 0, rng: RandomStream.fromState(JSON.parse(JSON.stringify(rng.state()))) })).toEqual(first);
	});

	it("without shuffling is the examples' own", () => {
		expect(epochOrder({ size: 4, epoch: 3, rng, shuffle: false })).toEqual(Int32Array.of(0, 1, 2, 3));
	});

	it("by blocks is a permutation, each window of which holds whole blocks", () => {
		const sizes = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }));
		fc.assert(
			fc.property(sizes, ([count, blockSize, window]) => {
				const order = epochOrder({ size: count, epoch: 0, rng, shuffle: { blockSize, window } });
				expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
				// Windows are as long as the blocks in them, and only the last block of all may be short.
				const blocksAt = (start: number, length: number) =>
					new Set([...order.subarray(start, start + length)].map((row) => Math.floor(row / blockSize)));
				if (count % blockSize !== 0) return;
				for (let start = 0; start < count; start += blockSize * window) {
					expect(blocksAt(start, blockSize * window).size).toBeLessThanOrEqual(window);
				}
			}),
		);
	});

	it("by blocks mixes the examples of a window", () => {
		const order = epochOrder({ size: 1000, epoch: 0, rng, shuffle: { blockSize: 10, window: 10 } });
		const blockChanges = order.filter((row, i) => i > 0 && Math.floor(row / 10) !== Math.floor(order[i - 1] / 10)).length;
		// Neighbours come from one block with probability 9/99 within a window: 908 changes expected, deviation about 9.
		expect(blockChanges).toBeGreaterThan(850);
	});

	it("refuses blocks without examples", () => {
		expect(() => epochOrder({ size: 4, epoch: 0, rng, shuffle: { blockSize: 0, window: 1 } })).toThrow(/blockSize to be an integer ≥ 1/);
	});
});

describe("Loader", () => {
	const order = Int32Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	const batchesOf4 = [
		[9, 8, 7, 6],
		[5, 4, 3, 2],
		[1, 0],
	];

	it.each([
		["a data set in memory", dataset],
		["one that takes its time", eager()],
	])("gives all batches of %s in order, the last one smaller", async (_, source) => {
		const loader = new Loader({ dataset: source, batchSize: 4, order });
		expect(loader.batchCount).toBe(3);
		expect(await collect(loader)).toEqual(batchesOf4);
		expect(await collect(loader.batches(1))).toEqual(batchesOf4.slice(1));
		expect(await collect(loader.batches(3))).toEqual([]);
	});

	it("leaves out a smaller last batch if told", async () => {
		const loader = new Loader({ dataset, batchSize: 4, dropLast: true });
		expect(await collect(loader)).toEqual([
			[0, 1, 2, 3],
			[4, 5, 6, 7],
		]);
	});

	it("writes batches over where it may, with the same examples", async () => {
		const [rows, arrays]: [number[][], Float32Array[]] = [[], []];
		for await (const { x } of new Loader({ dataset, batchSize: 4, order, reuse: true })) {
			rows.push([...x]);
			arrays.push(x);
		}
		expect(rows).toEqual(batchesOf4);
		// The last of ten examples are two, for which the arrays of four are too long.
		expect([arrays[1] === arrays[0], arrays[2] === arrays[1]]).toEqual([true, false]);
	});

	it.each([
		["unless told to", {}],
		["that a transform has seen", { reuse: true, transform: (batch: Batch) => batch }],
	])("writes over no batch %s", async (_, options) => {
		const batches: Float32Array[] = [];
		for await (const { x } of new Loader({ dataset, batchSize: 5, ...options })) batches.push(x);
		expect(batches[0]).not.toBe(batches[1]);
		expect(batches[0][0]).toBe(0);
	});

	it("resumed at any batch gives what an unbroken epoch gives", async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(12), fc.nat(4), async (batchSize, cut, prefetch) => {
				const shuffled = () => epochOrder({ size, epoch: 2, rng: new RandomStream("run") });
				const whole = await collect(new Loader({ dataset: eager(), batchSize, order: shuffled(), prefetch }));
				const cursor = Math.min(cut, whole.length);
				expect(await collect(new Loader({ dataset: eager(), batchSize, order: shuffled(), prefetch }).batches(cursor))).toEqual(
					whole.slice(cursor),
				);
			}),
			{ numRuns: 50 },
		);
	});

	it("gives a batch at once where the data set does, and says so where it does not", () => {
		expect(new Loader({ dataset, batchSize: 4, order }).syncBatch(2).x).toEqual(Float32Array.of(1, 0));
		expect(() => new Loader({ dataset: eager(), batchSize: 4 }).syncBatch(0)).toThrow(/a data set in memory/);
	});

	it("reads as many batches ahead as told, and no more", async () => {
		const slow = slowDataset();
		const batches = new Loader({ dataset: slow.dataset, batchSize: 1, prefetch: 3 }).batches();
		const first = batches.next();
		await settle();
		expect(slow.readCount).toBe(4);
		slow.release();
		await first;
		expect(slow.readCount).toBe(4);
		const second = batches.next();
		await second;
		expect(slow.readCount).toBe(5);
		slow.release();
		await batches.return();
	});

	it("passes on a failure in its turn, after the batches before it", async () => {
		const slow = slowDataset();
		slow.failAt(2);
		const batches = new Loader({ dataset: slow.dataset, batchSize: 1 }).batches();
		const first = batches.next();
		await settle();
		slow.release();
		expect((await first).value?.x).toEqual(Float32Array.of(0));
		expect((await batches.next()).value?.x).toEqual(Float32Array.of(1));
		const third = batches.next();
		const settled = expect(third).rejects.toThrow("disk gone");
		await settle();
		slow.release();
		await settled;
	});

	it("waits for what is under way when left early", async () => {
		const slow = slowDataset();
		const batches = new Loader({ dataset: slow.dataset, batchSize: 1 }).batches();
		const first = batches.next();
		await settle();
		slow.release();
		await first;
		const second = batches.next();
		await second;
		let left = false;
		const leaving = batches.return().then(() => {
			left = true;
		});
		await settle();
		expect(left).toBe(false);
		slow.release();
		await leaving;
	});

	it("hands each batch and its number to the transform, also when resumed", async () => {
		const transform = (batch: Batch, number: number): Batch => ({ ...batch, x: batch.x.map((x) => x + 100 * number) });
		const loader = new Loader({ dataset, batchSize: 4, order, transform });
		expect(loader.syncBatch(1).x).toEqual(Float32Array.of(105, 104, 103, 102));
		const slow = new Loader({ dataset: eager(), batchSize: 4, order, transform: async (batch, number) => transform(batch, number) });
		expect(await collect(slow.batches(1))).toEqual([
			[105, 104, 103, 102],
			[201, 200],
		]);
	});

	it("takes any list of numbers as order", () => {
		expect(new Loader({ dataset, batchSize: 2, order: [3, 3, 1] }).syncBatch(0).x).toEqual(Float32Array.of(3, 3));
	});

	it.each([
		[{ batchSize: 0 }, /batchSize to be an integer ≥ 1, received 0/],
		[{ batchSize: 4, prefetch: -1 }, /prefetch/],
		[{ batchSize: 11, dropLast: true }, /at least one batch, received 10 examples.\n {2}Try: a batchSize of at most 10/],
		[{ batchSize: 4, order: [] }, /received 0 examples/],
	])("refuses %j", (options, message) => {
		expect(() => new Loader({ dataset, ...options })).toThrow(message);
	});

	it("refuses a batch number beyond the last", () => {
		expect(() => new Loader({ dataset, batchSize: 4 }).batch(3)).toThrow(/from 0 to 2, received 3/);
	});
});
