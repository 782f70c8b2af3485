import { expect, test } from "vitest";
import { advanceCounter, multiplyHigh, philox } from "./philox.ts";

// Known answers of the Random123 library, kat_vectors, philox4x32 10.
test.each([
	[
		[0, 0, 0, 0],
		[0, 0],
		[0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
	],
	[
		[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
		[0xffffffff, 0xffffffff],
		[0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
	],
	[
		[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
		[0xa4093822, 0x299f31d0],
		[0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
	],
])("the block at counter %j under key %j is the published one", (counter, key, words) => {
	const out = new Uint32Array(4);
	philox(Uint32Array.from(counter), key as [number, number], out);
	expect([...out]).toEqual(words);
});

test("a block may replace its own counter", () => {
	const words = new Uint32Array(4);
	philox(words, [0, 0], words);
	expect(words[3]).toBe(0x9b00dbd8);
});

test("the high half of a product is that of the exact product", () => {
	const factors = [0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xd2511f53, 0xfffffffe, 0xffffffff];
	for (const a of factors) {
		for (const b of factors) expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
	}
});

test.each([
	[[1, 2, 3, 4], 0, [1, 2, 3, 4]],
	[[0xffffffff, 0, 0, 0], 1, [0, 1, 0, 0]],
	[[0xffffffff, 0xffffffff, 0xffffffff, 5], 2, [1, 0, 0, 6]],
	[[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 1, [0, 0, 0, 0]],
	[[5, 0, 7, 0], 3 * 2 ** 32 + 1, [6, 3, 7, 0]],
	[[0x80000000, 0xfffffffe, 0, 0], 2 ** 32 + 0x80000000, [0, 0, 1, 0]],
])("the counter %j plus %d blocks carries to %j", (counter, blocks, sum) => {
	const words = Uint32Array.from(counter);
	advanceCounter(words, blocks);
	expect([...words]).toEqual(sum);
});
