/** What the oracle does not show of indexing: views, lists as indices, where gradients are written. */
import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/reference/index.ts";
import * as g from "../index.ts";

g.setExecutor(createReferenceExecutor());
const x = g.tensor(
	Array.from({ length: 24 }, (_, i) => i),
	{ shape: [2, 3, 4] },
);

describe("slices", () => {
	test("are views of the same memory", () => {
		for (const part of [x.at(1), x.slice([":", [null, null, -1]]), x.narrow(2, [1, 3]), x.select(0, -1), x.diagonal(), ...x.split(1, 1)]) {
			expect(part.storage).toBe(x.storage);
		}
	});

	test("take positions and ranges as Python does", () => {
		expect(x.at(1, -1, 0).item()).toBe(20);
		expect(x.at(-1, [0, 2], [null, null, 3]).toArray()).toEqual([
			[12, 15],
			[16, 19],
		]);
		expect(x.at().shape).toEqual([2, 3, 4]);
		expect(x.slice([[10, 20]]).shape).toEqual([0, 3, 4]);
		expect(
			g
				.range(5)
				.slice([[-1, 0, -2]])
				.toArray(),
		).toEqual([4, 2]);
		expect(
			g
				.range(5)
				.slice([[null, -10, -2]])
				.toArray(),
		).toEqual([4, 2, 0]);
	});

	test("of slices add up in the gradient where they overlap", () => {
		const w = g.tensor([1, 2, 3]).requireGrad();
		g.concat([w.at([0, 2]), w.at([1, 3])])
			.sum()
			.backward();
		expect(w.grad?.toArray()).toEqual([1, 2, 1]);
	});
});

describe("indices", () => {
	test("may be lists, int32 and uint8 tensors, views among them", () => {
		const expected = x.take([1, 0]).toArray();
		expect(x.take(g.tensor([1, 0], { dtype: "int32" })).toArray()).toEqual(expected);
		expect(x.take(g.tensor([1, 0], { dtype: "uint8" })).toArray()).toEqual(expected);
		expect(x.take(g.tensor([0, 1], { dtype: "int32" }).flip(0)).toArray()).toEqual(expected);
		expect(x.take(new Int32Array([1, 0])).toArray()).toEqual(expected);
		expect(x.take(1).shape).toEqual([3, 4]);
		expect(x.take([]).shape).toEqual([0, 3, 4]);
	});

	test("of scatter may repeat: the sum of the sources is written", () => {
		const out = g.ones([3]).scatter([1, 1], g.tensor([2, 5]));
		expect(out.toArray()).toEqual([1, 7, 1]);
	});

	test("of a bag may be none: its mean is 0", () => {
		expect(g.embeddingBag(g.ones([3, 2]), g.zeros([2, 0], { dtype: "int32" })).toArray()).toEqual([
			[0, 0],
			[0, 0],
		]);
	});
});

describe.each([
	[
		"embedding",
		(weight: g.Tensor) =>
			g.embedding(weight, [
				[0, 5],
				[5, 9],
			]),
	],
	[
		"embeddingBag",
		(weight: g.Tensor) =>
			g.embeddingBag(weight, [
				[0, 5],
				[5, 9],
			]),
	],
	["take", (weight: g.Tensor) => g.take(weight, [0, 5, 9])],
	["slice", (weight: g.Tensor) => g.slice(weight, [[0, 500, 3]])],
] as const)("%s", (_, run) => {
	test("writes its gradient into the leaf's own memory, without a table of its own", () => {
		const inner = createReferenceExecutor();
		let largest = 0;
		const executor = {
			...inner,
			allocate: (dtype: g.DType, length: number) => {
				largest = Math.max(largest, length);
				return inner.allocate(dtype, length);
			},
		};
		const weight = g.ones([1000, 3], { executor }).requireGrad();
		const step = (): void => g.scope(() => run(weight).sum().backward());
		step();
		const slot = weight.grad;
		const first = slot?.dataSync();
		weight.zeroGrad();
		largest = 0;
		step();
		expect(largest).toBeLessThan(1000);
		expect(weight.grad).toBe(slot);
		expect(weight.grad?.dataSync()).toEqual(first);
	});
});
