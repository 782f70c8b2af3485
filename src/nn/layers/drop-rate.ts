/** The rate of layers that drop. */
import { ArgumentError } from "../../core/errors.ts";
import { decayOption, type NumberSpec } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";

/** Options of layers that drop. */
export interface DropOptions {
	/** Probability of being dropped, 0 ≤ p < 1. */
	readonly p?: number;
	/** The layer draws from a stream of its own, named by a draw from this one. */
	readonly rng: RandomStream;
}

/** @throws ArgumentError unless 0 ≤ p < 1 */
export function checkRate(p: number, where: string): number {
	if (p >= 0 && p < 1) return p;
	throw new ArgumentError(`${where}: expected a probability 0 ≤ p < 1, received ${String(p)}.`);
}

/** The spec of a rate in a config. */
export function rateOption(what: string, fallback: number): NumberSpec {
	const spec = decayOption(`probability that ${what} is dropped while training`, fallback);
	return { ...spec, alsoCalled: ["rate", "probability", "share"] };
}
