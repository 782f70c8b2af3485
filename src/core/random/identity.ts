/** Turns a seed and a path of names into the 128 bits that tell one stream from all others. Not a cryptographic hash. */
import { philox } from "./philox.ts";

/** A step of a stream's path, or a seed. */
export type StreamName = number | string;

/** UTF-16 units that one block of the hash takes in. */
const UNITS_PER_BLOCK = 8;

/**
 * 128 bits for a seed and a path. Each name is XORed into the state, eight characters at a time, and stirred with Philox under
 * the name's length and place as the key; two names of up to eight characters and one length never give the same bits.
 */
export function streamIdentity(seed: StreamName, path: readonly StreamName[]): Uint32Array {
	const state = new Uint32Array(4);
	for (const name of [seed, ...path]) absorb(state, typeof name === "number" ? `#${name}` : `$${name}`);
	return state;
}

function absorb(state: Uint32Array, text: string): void {
	for (let start = 0; start < text.length; start += UNITS_PER_BLOCK) {
		const end = Math.min(text.length, start + UNITS_PER_BLOCK);
		for (let i = start; i < end; i++) state[(i - start) >> 1] ^= text.charCodeAt(i) << (16 * (i & 1));
		philox(state, [text.length, start], state);
	}
}
