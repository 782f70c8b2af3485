import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { CodeBench } from "./code-testing.ts";
import type { Lanes } from "./encoder.ts";
import { type LeftShape, leftCode } from "./left-code.ts";
import { machineLanes } from "./machine-testing.ts";

/** Where the copy goes, in elements, behind the arguments and a fence. */
const COPY = 64;

/** Copies all tiles, in two calls where there are several, and compares the memory with the one that it should leave. */
function check(shape: LeftShape, lanes: Lanes): void {
	const { m, k, aRow, aColumn, tileRows } = shape;
	const bench = new CodeBench();
	const { numbers } = bench;
	for (let i = 0; i < numbers.length; i++) numbers[i] = i;
	// A ends where memory does: whoever reads behind it ends the process.
	const highest = Math.max(0, (m - 1) * aRow) + Math.max(0, (k - 1) * aColumn);
	const a = numbers.length - 1 - highest;
	new BigUint64Array(numbers.buffer, 0, 2).set([bench.addressOf(a), bench.addressOf(COPY)]);
	const expected = numbers.slice();
	const copied = (row: number, step: number): number =>
		COPY + Math.floor(row / tileRows) * tileRows * k + step * tileRows + (row % tileRows);
	for (let row = 0; row < m; row++) {
		for (let step = 0; step < k; step++) expected[copied(row, step)] = numbers[a + row * aRow + step * aColumn];
	}
	const tiles = Math.ceil(m / tileRows);
	const code = leftCode(shape, lanes);
	const middle = Math.floor(tiles / 2);
	if (middle > 0) bench.run(code, { start: 0, end: middle });
	bench.run(code, { start: middle, end: tiles });
	// A tile of fewer rows leaves the places of the others open.
	for (let row = m; row < tiles * tileRows; row++) {
		for (let step = 0; step < k; step++) numbers[copied(row, step)] = expected[copied(row, step)];
	}
	const wrong = numbers.findIndex((value, i) => value !== expected[i]);
	if (wrong >= 0) expect.fail(`place ${wrong - COPY} of the copy holds ${numbers[wrong]}, not ${expected[wrong]}`);
}

describeIf(requires.machineCode, "the copy of A", () => {
	describe.each(machineLanes())("by vectors of %i lanes", (lanes) => {
		const sizes = fc.record({
			m: fc.integer({ min: 1, max: 3 * lanes }),
			k: fc.integer({ min: 1, max: 2 * lanes + 5 }),
			tileRows: fc.integer({ min: 1, max: lanes }),
			gap: fc.integer({ min: 0, max: 5 }),
			sign: fc.constantFrom(1, -1),
		});

		it("has tile after tile the rows of each step beside each other, where A's rows are adjacent, and nothing else is written", () => {
			const property = fc.property(sizes, ({ m, k, tileRows, gap, sign }) =>
				check({ m, k, tileRows, aRow: 1, aColumn: sign * (m + gap) }, lanes),
			);
			fc.assert(property, { numRuns: 100 });
		});

		it("has them so where A's steps are adjacent, and nothing else is written", () => {
			const property = fc.property(sizes, ({ m, k, tileRows, gap, sign }) =>
				check({ m, k, tileRows, aRow: sign * (k + gap), aColumn: 1 }, lanes),
			);
			fc.assert(property, { numRuns: 100 });
		});
	});
});
