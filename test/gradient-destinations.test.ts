/**
 * Where a gradient goes makes no difference to what it is: returned in a list, written to an empty slot by the kernel that computes it,
 * added to a filled one, or met by another on the way.
 */
import { describe, expect, test } from "vitest";
import * as g from "../src/index.ts";
import { executors } from "./executors.ts";
import { type OperationSample, operations } from "./operations-a.ts";

/** Values that differ from place to place, without ties. */
const wave = (shape: readonly number[], phase = 0): g.TensorLike => {
	let i = phase;
	const fill = (axis: number): g.TensorLike =>
		axis === shape.length ? Math.sin(1.7 * i++ + 0.3) : Array.from({ length: shape[axis] }, () => fill(axis + 1));
	return fill(0);
};
const tanh = g.formula("tanh", (x) => g.scalars.tanh(x));
const channels: [g.TensorLike, g.TensorLike] = [wave([3], 5), wave([3], 11)];

/** Operations of layers: those that write gradients with kernels of their own. */
const layers: Record<string, OperationSample> = {
	"linear with an activation": {
		fn: (x, w, b) => g.linear(x, w, b, { activation: tanh }),
		inputs: [wave([4, 3]), wave([5, 3], 1), wave([5], 2)],
	},
	conv2d: {
		fn: (x, weight, bias) => g.conv2d(x, weight, { bias, padding: 1, activation: tanh }),
		inputs: [wave([2, 3, 5, 6]), wave([4, 3, 3, 3], 1), wave([4], 2)],
	},
	"conv2d in groups": {
		fn: (x, weight) => g.conv2d(x, weight, { groups: 2, stride: 2 }),
		inputs: [wave([2, 4, 5, 6]), wave([2, 2, 3, 3], 1)],
	},
	conv1d: { fn: (x, weight, bias) => g.conv1d(x, weight, { bias }), inputs: [wave([2, 3, 7]), wave([2, 3, 3], 1), wave([2], 2)] },
	convTranspose2d: {
		fn: (x, weight, bias) => g.convTranspose2d(x, weight, { bias, stride: 2 }),
		inputs: [wave([2, 3, 3, 4]), wave([3, 2, 2, 2], 1), wave([2], 2)],
	},
	batchNorm: {
		fn: (x, scale, shift) => g.batchNorm(x, { scale, shift, training: true }),
		inputs: [wave([4, 3, 2, 2]), ...channels],
	},
	layerNorm: { fn: (x, scale, shift) => g.layerNorm(x, { scale, shift }), inputs: [wave([4, 3]), ...channels] },
	groupNorm: { fn: (x, scale, shift) => g.groupNorm(x, 3, { scale, shift }), inputs: [wave([2, 3, 5]), ...channels] },
	softmax: { fn: (x) => g.softmax(x), inputs: [wave([3, 5])] },
	logSoftmax: { fn: (x) => g.logSoftmax(x, 0), inputs: [wave([3, 5])] },
	crossEntropy: { fn: (x) => g.crossEntropy(x, g.tensor([1, 0, 4], { dtype: "int32" })), inputs: [wave([3, 5])] },
	meanSquaredError: { fn: (x, y) => g.meanSquaredError(x, y), inputs: [wave([3, 5]), wave([3, 5], 3)] },
	maxPool2d: { fn: (x) => g.maxPool2d(x, 2), inputs: [wave([2, 3, 4, 6])] },
	avgPool2d: { fn: (x) => g.avgPool2d(x, 3, { stride: 1 }), inputs: [wave([2, 3, 4, 6])] },
	"reading as another type": { fn: (x) => x.to("float32").mul(2), inputs: [wave([5])] },
};

const rows = [...Object.values(operations), layers].flatMap((table) => Object.entries(table));
const leavesOf = ({ inputs }: OperationSample): g.Tensor[] => inputs.map((values) => g.tensor(values).requireGrad());
const lossOf = ({ fn }: OperationSample, leaves: readonly g.Tensor[]): g.Tensor =>
	fn(...leaves)
		.square()
		.sum();
const gradsOf = (leaves: readonly g.Tensor[]): number[][] => leaves.map(({ grad }) => [...(grad as g.Tensor).dataSync()]);

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
