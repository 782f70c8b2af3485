import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, OutOfMemoryError } from "../../core/errors.ts";
import { classBytes, Heap } from "./heap.ts";

const PAGE = 65536;
const GIB = 2 ** 30;

/** A heap over memory that can grow to `maximum` pages and no further. */
function makeHeap(options: { pages?: number; maximum?: number; limitBytes?: number } = {}): Heap {
	const { pages = 1, maximum = 65536, limitBytes } = options;
	return new Heap(new WebAssembly.Memory({ initial: pages, maximum }), { limitBytes });
}

/** Allocates blocks of `bytes` until there is no room; returns their addresses. */
function fill(heap: Heap, bytes: number): number[] {
	const addresses: number[] = [];
	for (;;) {
		try {
			addresses.push(heap.allocate(bytes));
		} catch (error) {
			expect(error).toBeInstanceOf(OutOfMemoryError);
			return addresses;
		}
	}
}

describe("classBytes", () => {
	it("rounds to cache lines below five of them, then to four classes a doubling", () => {
		const cases = [
			[0, 64],
			[1, 64],
			[64, 64],
			[65, 128],
			[256, 256],
			[257, 320],
			[320, 320],
			[321, 384],
			[449, 512],
			[512, 512],
			[513, 640],
			[1024, 1024],
			[1025, 1280],
			[2 ** 20 + 1, 1.25 * 2 ** 20],
			[3 * GIB + 1, 3.5 * GIB],
		];
		for (const [bytes, size] of cases) expect(classBytes(bytes), `${bytes}`).toBe(size);
	});

	it("is never less than asked, at most a quarter more, whole cache lines, and its own class", () => {
		fc.assert(
			fc.property(fc.integer({ min: 257, max: 2 ** 32 }), (bytes) => {
				const size = classBytes(bytes);
				expect(size).toBeGreaterThanOrEqual(bytes);
				expect(size).toBeLessThanOrEqual(1.25 * bytes + 64);
				expect(size % 64).toBe(0);
				expect(classBytes(size)).toBe(size);
			}),
		);
	});
});

describe("Heap", () => {
	it("gives blocks at cache lines that do not overlap, and reuses what is given back", () => {
		const heap = makeHeap();
		const operations = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant("release" as const)), { maxLength: 60 });
		fc.assert(
			fc.property(operations, (list) => {
				const live: { address: number; bytes: number }[] = [];
				for (const operation of list) {
					if (operation === "release") {
						const block = live.shift();
						if (block !== undefined) heap.release(block.address);
						continue;
					}
					const block = { address: heap.allocate(operation), bytes: operation };
					expect(block.address % 64).toBe(0);
					for (const other of live) {
						const apart =
							other.address + Math.max(1, other.bytes) <= block.address || block.address + Math.max(1, block.bytes) <= other.address;
						expect(apart).toBe(true);
					}
					live.push(block);
				}
				expect(heap.use().blockCount).toBe(live.length);
				for (const { address } of live) heap.release(address);
				expect(heap.use()).toMatchObject({ used: 0, blockCount: 0 });
			}),
		);
	});

	it("does not grow when the same sizes come again", () => {
		const heap = makeHeap();
		const round = () => [100, 7000, 64, 7000, 300].map((bytes) => heap.allocate(bytes));
		const first = round();
		const { reserved } = heap.use();
		for (let i = 0; i < 100; i++) {
			for (const address of first) heap.release(address);
			expect(round().sort()).toEqual(first.sort());
		}
		expect(heap.use().reserved).toBe(reserved);
	});

	it("does not take an address back twice", () => {
		const heap = makeHeap();
		const address = heap.allocate(64);
		heap.release(address);
		heap.release(address);
		heap.release(12345);
		expect(heap.use().blockCount).toBe(0);
		expect(heap.allocate(64)).not.toBe(heap.allocate(64));
	});

	it("counts what is used, what is free and what the engine gave", () => {
		const heap = makeHeap({ pages: 2, limitBytes: 10 * PAGE });
		expect(heap.use()).toEqual({ used: 0, free: 0, reserved: 2 * PAGE, limit: 10 * PAGE, blockCount: 0 });
		const [a] = [heap.allocate(100), heap.allocate(1000)];
		expect(heap.use()).toMatchObject({ used: 128 + 1024, free: 0, blockCount: 2 });
		heap.release(a);
		expect(heap.use()).toMatchObject({ used: 1024, free: 128, blockCount: 1 });
	});

	it("refreshes its views when it grows, and keeps what stands in memory", () => {
		const heap = makeHeap();
		const small = heap.allocate(16);
		heap.f32[small / 4] = 1.5;
		const before = heap.u8;
		const large = heap.allocate(4 * PAGE);
		expect(before.byteLength).toBe(0);
		expect([heap.i32, heap.f32, heap.u8].map((view) => view.buffer)).toEqual([heap.memory.buffer, heap.memory.buffer, heap.memory.buffer]);
		expect(heap.f32[small / 4]).toBe(1.5);
		heap.u8[large + 4 * PAGE - 1] = 7;
		expect(heap.u8[large + 4 * PAGE - 1]).toBe(7);
	});

	it("leaves room behind the last block for a vector", () => {
		const heap = makeHeap({ maximum: 4 });
		const last = Math.max(...fill(heap, 64));
		expect(last + 64 + 64).toBeLessThanOrEqual(heap.u8.byteLength);
	});

	it("takes what the system has when it has less than a quarter more", () => {
		// Growing by a quarter would need 5 pages of memory where 4 are all there is.
		const heap = makeHeap({ pages: 3, maximum: 4 });
		expect(() => heap.allocate(3 * PAGE)).not.toThrow();
		expect(heap.use().reserved).toBe(4 * PAGE);
	});

	it("joins free neighbours when it is full: many small blocks become a large one", () => {
		const heap = makeHeap({ pages: 4, limitBytes: 4 * PAGE });
		const small = fill(heap, 1024);
		for (const address of small) heap.release(address);
		const large = heap.allocate(1024 * small.length);
		expect(large).toBe(Math.min(...small));
		expect(heap.use()).toMatchObject({ blockCount: 1, free: 0 });
	});

	it("cuts a block from a larger free one when it is full, and uses the rest too", () => {
		const heap = makeHeap({ pages: 4, limitBytes: 4 * PAGE });
		const [first, second] = [heap.allocate(65536), heap.allocate(64)];
		const others = fill(heap, 1024);
		heap.release(first);
		const inside = Array.from({ length: 8 }, () => heap.allocate(8192)).sort((a, b) => a - b);
		expect(inside).toEqual(Array.from({ length: 8 }, (_, i) => first + 8192 * i));
		expect(inside).not.toContain(second);
		expect(heap.use().blockCount).toBe(2 - 1 + others.length + 8);
		expect(() => heap.allocate(1024)).toThrow(OutOfMemoryError);
	});

	it("uses every byte again after any history of a full heap", () => {
		const heap = makeHeap({ pages: 4, limitBytes: 4 * PAGE });
		const room = 1024 * fill(heap, 1024).length;
		const rooms = fc.array(fc.tuple(fc.integer({ min: 1, max: 20000 }), fc.boolean()), { maxLength: 80 });
		fc.assert(
			fc.property(rooms, (list) => {
				const fresh = makeHeap({ pages: 4, limitBytes: 4 * PAGE });
				const live = new Set<number>();
				for (const [bytes, keep] of list) {
					try {
						const address = fresh.allocate(bytes);
						if (keep) live.add(address);
						else fresh.release(address);
					} catch (error) {
						expect(error).toBeInstanceOf(OutOfMemoryError);
					}
				}
				for (const address of live) fresh.release(address);
				expect(() => fresh.allocate(room)).not.toThrow();
			}),
			{ numRuns: 50 },
		);
	});

	it("says what was asked, what is in use and what to try when there is no room, and is unharmed", () => {
		const heap = makeHeap({ limitBytes: 4 * PAGE });
		const held = heap.allocate(2 * PAGE);
		heap.u8.fill(9, held, held + 2 * PAGE);
		const before = heap.use();
		const ask = () => heap.allocate(3 * PAGE);
		expect(ask).toThrow(OutOfMemoryError);
		expect(ask).toThrow(expect.objectContaining({ requestedBytes: 3 * PAGE, usedBytes: 2 * PAGE, limitBytes: 4 * PAGE }));
		expect(ask).toThrow(/cannot hold another 0\.2 MiB: 0\.1 MiB of 0\.3 MiB are in use in 1 blocks[\s\S]*Try: a smaller batch/);
		expect(heap.use()).toEqual(before);
		expect(heap.u8.subarray(held, held + 2 * PAGE).every((byte) => byte === 9)).toBe(true);
		expect(() => heap.allocate(PAGE)).not.toThrow();
	});

	it("holds no more than its limit, also where the memory is larger from the start", () => {
		const heap = makeHeap({ pages: 16, limitBytes: 2 * PAGE });
		const blocks = fill(heap, 1024);
		expect(Math.max(...blocks) + 1024).toBeLessThanOrEqual(2 * PAGE);
		expect(blocks.length).toBeGreaterThan(100);
	});

	it("does without the slack of a size class where only the bytes asked for fit", () => {
		const heap = makeHeap();
		// The class above 3.5 GiB is 4 GiB, which no heap can hold.
		const address = heap.allocate(3.7 * GIB);
		expect(heap.use().used).toBeLessThan(3.7 * GIB + 64);
		heap.release(address);
		expect(heap.allocate(3.7 * GIB)).toBe(address);
	});

	it.each([Number.NaN, -1, "1 GiB"])("refuses a limit of %s", (limitBytes) => {
		expect(() => makeHeap({ limitBytes: limitBytes as number })).toThrow(ArgumentError);
		expect(() => makeHeap({ limitBytes: limitBytes as number })).toThrow(/limitBytes: expected a number of bytes ≥ 0, received/);
	});

	it("is never larger than 4 GiB", () => {
		const heap = makeHeap({ limitBytes: Number.POSITIVE_INFINITY });
		expect(heap.limitBytes).toBe(4 * GIB);
		const [a, b, c] = [heap.allocate(1.5 * GIB), heap.allocate(1.5 * GIB), heap.allocate(0.75 * GIB)];
		expect([a, b, c].every((address, i, all) => i === 0 || address > all[i - 1])).toBe(true);
		const ask = () => heap.allocate(0.5 * GIB);
		expect(ask).toThrow(/cannot hold another 512\.0 MiB: 3840\.0 MiB of 4096\.0 MiB are in use/);
		heap.release(b);
		expect(ask()).toBe(b);
	});
});
