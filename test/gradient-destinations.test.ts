/**
 * Where a gradient goes makes no difference to what it is: returned in a list, written to an empty slot by the kernel that computes it,
 * added to a filled one, or met by another on the way.
 */
import { describe, expect, test } from "vitest";
import type { Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { executors } from "./executors.ts";
import { type OperationSample, operations } from "./operations-a.ts";

const rows = Object.values(operations).flatMap((table) => Object.entries(table));
const leavesOf = ({ inputs }: OperationSample): Tensor[] => inputs.map((values) => g.tensor(values).requireGrad());
const lossOf = ({ fn }: OperationSample, leaves: readonly Tensor[]): Tensor =>
	fn(...leaves)
		.square()
		.sum();
const gradsOf = (leaves: readonly Tensor[]): number[][] => leaves.map(({ grad }) => [...(grad as Tensor).dataSync()]);

/** A few roundings: another order of sums, or a product in another place. */
function expectClose(received: readonly number[][], expected: readonly number[][], factor = 1): void {
	received.forEach((list, i) => {
		expect(list.length).toBe(expected[i].length);
		const scale = Math.max(1, ...expected[i].map(Math.abs));
		list.forEach((value, j) => {
			expect(Math.abs(value - factor * expected[i][j]), `input ${i}, element ${j}`).toBeLessThanOrEqual(2e-6 * factor * scale);
		});
	});
}

describe.each(executors)("gradients on $name", ({ executor }) => {
	const on = (run: () => void): void => g.withExecutor(executor, () => g.scope(run));

	test.each(rows)("%s: are the same wherever they go", (_, sample) => {
		on(() => {
			const leaves = leavesOf(sample);
			const listed = g.gradients(lossOf(sample, leaves), leaves).map((grad) => [...grad.dataSync()]);
			expect(leaves.every(({ grad }) => grad === null)).toBe(true);
			// Written to slots that have no memory yet.
			lossOf(sample, leaves).backward();
			expectClose(gradsOf(leaves), listed);
			// Added.
			lossOf(sample, leaves).backward();
			expectClose(gradsOf(leaves), listed, 2);
			// Written over the old ones.
			for (const leaf of leaves) leaf.zeroGrad();
			lossOf(sample, leaves).backward();
			expectClose(gradsOf(leaves), listed);
			// Used twice in one graph: one is written, the other added.
			for (const leaf of leaves) leaf.zeroGrad();
			lossOf(sample, leaves).add(lossOf(sample, leaves)).backward();
			expectClose(gradsOf(leaves), listed, 2);
			// Two meet on the way to a result.
			const results = leaves.map((leaf) => leaf.mul(1));
			for (const leaf of leaves) leaf.zeroGrad();
			lossOf(sample, results).add(lossOf(sample, results)).backward();
			expectClose(gradsOf(leaves), listed, 2);
		});
	});

	test.each(rows)("%s: are the same in the block of all parameters' gradients", (_, sample) => {
		on(() => {
			const leaves = leavesOf(sample);
			const listed = g.gradients(lossOf(sample, leaves), leaves).map((grad) => [...grad.dataSync()]);
			const block = g.parameters(leaves);
			for (let pass = 0; pass < 2; pass++) {
				block.zeroGrad();
				lossOf(sample, leaves).backward();
				expectClose(gradsOf(leaves), listed);
				for (const [i, { start }] of block.ranges.entries()) {
					expect([...block.gradients.slice([[start, start + leaves[i].size]]).dataSync()]).toEqual(gradsOf(leaves)[i]);
				}
			}
			for (const part of [block.values, block.gradients, ...leaves]) part.dispose();
		});
	});
});
