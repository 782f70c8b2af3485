/**
 * Philox4x32-10: a counter of 128 bits and a key of 64 bits become four random words. There is no state, so any place of a
 * stream is computed on its own, in any order, on any executor.
 *
 * Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

/** What the counter's words 0 and 2 are multiplied with in each round. */
export const EVEN_MULTIPLIER = 0xd2511f53;
export const ODD_MULTIPLIER = 0xcd9e8d57;
/** What is added to the key's words after each round. */
export const EVEN_KEY_STEP = 0x9e3779b9;
export const ODD_KEY_STEP = 0xbb67ae85;
/** Rounds of mixing. */
export const PHILOX_ROUND_COUNT = 10;

/** Upper 32 bits of the product of two uint32, from products of their halves. */
export function multiplyHigh(a: number, b: number): number {
	const aLow = a & 0xffff;
	const aHigh = a >>> 16;
	const bLow = b & 0xffff;
	const bHigh = b >>> 16;
	const first = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
	const second = (Math.imul(aLow, bHigh) + (first & 0xffff)) | 0;
	return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) >>> 0;
}

/**
 * out = the four words at `counter` under `key`; `out` may be the counter itself.
 *
 * @param counter - four uint32, least significant first
 */
export function philox(counter: Uint32Array, key: readonly [number, number], out: Uint32Array): void {
	let a = counter[0] | 0;
	let b = counter[1] | 0;
	let c = counter[2] | 0;
	let d = counter[3] | 0;
	let evenKey = key[0] | 0;
	let oddKey = key[1] | 0;
	for (let round = 0; round < PHILOX_ROUND_COUNT; round++) {
		const evenHigh = multiplyHigh(EVEN_MULTIPLIER, a) | 0;
		const oddHigh = multiplyHigh(ODD_MULTIPLIER, c) | 0;
		const evenLow = Math.imul(EVEN_MULTIPLIER, a);
		const oddLow = Math.imul(ODD_MULTIPLIER, c);
		a = oddHigh ^ b ^ evenKey;
		b = oddLow;
		c = evenHigh ^ d ^ oddKey;
		d = evenLow;
		evenKey = (evenKey + EVEN_KEY_STEP) | 0;
		oddKey = (oddKey + ODD_KEY_STEP) | 0;
	}
	out[0] = a;
	out[1] = b;
	out[2] = c;
	out[3] = d;
}

/** counter += blocks, modulo 2¹²⁸; `blocks` is an integer from 0 to 2⁵³ − 1. */
export function advanceCounter(counter: Uint32Array, blocks: number): void {
	let carry = blocks;
	for (let i = 0; carry > 0 && i < 4; i++) {
		const sum = counter[i] + (carry >>> 0);
		counter[i] = sum;
		carry = Math.floor(carry / 2 ** 32) + (sum >= 2 ** 32 ? 1 : 0);
	}
}
