import { expect, test } from "vitest";
import { type Distribution, fill, type RandomPosition } from "../../../core/random/index.ts";
import type { Operand } from "../../../kernels/contracts.ts";
import { Host, SCRATCH_BYTES } from "../host.ts";
import { ThreadPool } from "../threads.ts";
import { random } from "./random.ts";

const distributions: Distribution[] = [
	{ kind: "uniform", low: 0, high: 1 },
	{ kind: "uniform", low: 1, high: 2 },
	{ kind: "uniform", low: -3, high: -3 },
	{ kind: "uniform", low: -1e-45, high: 3e38 },
	{ kind: "bernoulli", probability: 0.85, scale: 1 / 0.85 },
	{ kind: "bernoulli", probability: 0, scale: -1 },
	{ kind: "bernoulli", probability: 1, scale: -1 },
	{ kind: "normal", mean: 0, std: 1 },
	{ kind: "normal", mean: 1e30, std: 0 },
	{ kind: "truncatedNormal", mean: 0, std: 1, low: -2, high: 2 },
	{ kind: "truncatedNormal", mean: 1, std: 2, low: Number.NEGATIVE_INFINITY, high: -3 },
	{ kind: "truncatedNormal", mean: 0, std: 1, low: 29, high: Number.POSITIVE_INFINITY },
	{ kind: "truncatedNormal", mean: 0, std: 1, low: 0.25, high: 0.25 },
];
const positions: RandomPosition[] = [
	{ key: [0, 0], counter: [0, 0, 0, 0] },
	{ key: [0xdeadbeef, 0x12345678], counter: [7, 8, 9, 10] },
	// The lowest word wraps, and the carry runs through all words.
	{ key: [0xffffffff, 0xffffffff], counter: [0xfffffff3, 0xffffffff, 0xffffffff, 0xffffffff] },
];
const sizes = [0, 1, 3, 4, 15, 16, 17, 31, 32, 33, 63, 100, 1000, 4111];

/** Elements before and behind the output, which must stay as they are. */
const MARGIN = 5;
const UNTOUCHED = 123.5;

function drawOnHeap(host: Host, distribution: Distribution, position: RandomPosition, size: number): Float32Array {
	const length = size + 2 * MARGIN;
	const address = host.heap.allocate(4 * length);
	const view = (): Float32Array => host.heap.f32.subarray(address / 4, address / 4 + length);
	view().fill(UNTOUCHED);
	const block = { address, bytes: 4 * length } as Operand["block"];
	const out: Operand = { block, dtype: "float32", shape: [size], strides: [1], offset: MARGIN, size, contiguous: true };
	random(host)(distribution, position, out);
	const copy = view().slice();
	host.heap.release(address);
	return copy;
}

/** The reference's values between untouched margins, as bits. */
function expectedBits(distribution: Distribution, position: RandomPosition, size: number): Int32Array {
	const expected = new Float32Array(size + 2 * MARGIN).fill(UNTOUCHED);
	fill(distribution, position, expected.subarray(MARGIN, MARGIN + size));
	return new Int32Array(expected.buffer);
}

const bitsOf = (values: Float32Array): Int32Array => new Int32Array(values.buffer);

test.each(distributions)("%j has the reference's bits at every size and position", (distribution) => {
	const host = new Host({ shared: false, relaxedSimd: true });
	for (const position of positions) {
		for (const size of sizes) {
			expect(bitsOf(drawOnHeap(host, distribution, position, size))).toEqual(expectedBits(distribution, position, size));
		}
	}
});

test("threads change no bit", async () => {
	const host = new Host({ shared: true, relaxedSimd: true });
	const pool = await ThreadPool.start({ heap: host.heap, threadCount: 3, scratchBytes: SCRATCH_BYTES });
	host.usePool(pool);
	const size = 100_003;
	for (const distribution of distributions) {
		const found = bitsOf(drawOnHeap(host, distribution, positions[1], size));
		expect(Buffer.from(found.buffer).equals(Buffer.from(expectedBits(distribution, positions[1], size).buffer))).toBe(true);
	}
	await pool.close();
});
