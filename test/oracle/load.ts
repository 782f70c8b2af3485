/** Reads oracle fixtures: cases that PyTorch computed (see common.py, which explains the format). */
import { readFileSync } from "node:fs";
import type { DType } from "../../src/core/dtype.ts";

/** A tensor in a fixture. */
export interface FixtureTensor {
	readonly dtype: DType;
	readonly shape: readonly number[];
	readonly data: readonly number[];
}

/** One call and what PyTorch made of it. */
export interface FixtureCase {
	readonly op: string;
	/** What the case is about, where its inputs do not tell. */
	readonly note?: string;
	readonly inputs: readonly FixtureTensor[];
	/** Arguments after the tensors. */
	readonly args: readonly unknown[];
	readonly outputs: readonly FixtureTensor[];
	/** One for each input, null where there is none; null if none were taken. */
	readonly gradients: readonly (FixtureTensor | null)[] | null;
}

/** The cases of `fixtures/<name>.json`, by operation. */
export function loadFixture(name: string): Map<string, FixtureCase[]> {
	const text = readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8");
	const cases = (JSON.parse(text, reviveNumber) as { cases: FixtureCase[] }).cases;
	return Map.groupBy(cases, (one) => one.op);
}

/** JSON lacks NaN and infinities; fixtures spell them as strings. */
function reviveNumber(_key: string, value: unknown): unknown {
	return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value;
}

/** What the gradient of each result is multiplied with: the same numbers as in common.py. */
export function lossWeights(size: number): number[] {
	return Array.from({ length: size }, (_, i) => (((7 * i + 3) % 11) - 4.5) / 4);
}
