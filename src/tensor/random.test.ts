import { describe, expect, test } from "vitest";
import { executors } from "../../test/executors.ts";
import { type Distribution, RandomStream } from "../core/random/index.ts";
import {
	DTypeError,
	randomBernoulli,
	randomNormal,
	randomPermutation,
	randomTruncatedNormal,
	randomUniform,
	ShapeError,
	withExecutor,
} from "./index.ts";

describe.each(executors)("random tensors on $name", ({ executor }) => {
	const cases: [string, (stream: RandomStream) => ReturnType<typeof randomUniform>, Distribution][] = [
		["uniform", (stream) => randomUniform([7, 3], stream, { low: -1, high: 2, executor }), { kind: "uniform", low: -1, high: 2 }],
		["normal", (stream) => randomNormal([7, 3], stream, { mean: 1, std: 2, executor }), { kind: "normal", mean: 1, std: 2 }],
		[
			"truncated normal",
			(stream) => randomTruncatedNormal([7, 3], stream, { std: 0.5, low: -1, high: 1, executor }),
			{ kind: "truncatedNormal", mean: 0, std: 0.5, low: -1, high: 1 },
		],
		[
			"Bernoulli",
			(stream) => randomBernoulli([7, 3], stream, { probability: 0.3, executor }),
			{ kind: "bernoulli", probability: 0.3, scale: 1 },
		],
	];

	test.each(cases)("%s values are those of the stream, bit for bit, and move it on", (_, make, distribution) => {
		const [ours, plain] = [new RandomStream(5, "test"), new RandomStream(5, "test")];
		for (let i = 0; i < 2; i++) expect([...make(ours).dataSync()]).toEqual([...plain.draw(distribution, 21)]);
		expect(ours.state()).toEqual(plain.state());
	});

	test("Bernoulli values may be truths, a permutation is int32", () => {
		withExecutor(executor, () => {
			expect(randomBernoulli([4], new RandomStream(1), { dtype: "bool", probability: 1 }).toArray()).toEqual([1, 1, 1, 1]);
			const order = randomPermutation(10, new RandomStream(1));
			expect(order.dtype).toBe("int32");
			expect([...order.dataSync()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		});
	});

	test("refuses what makes no sense", () => {
		withExecutor(executor, () => {
			const stream = new RandomStream(1);
			expect(() => randomUniform([2], stream, { low: 2, high: 1 })).toThrow(/randomUniform: expected high to be at least low/);
			expect(() => randomBernoulli([2], stream, { probability: 2 })).toThrow(/probability from 0 to 1/);
			expect(() => randomNormal([2], 5 as unknown as RandomStream)).toThrow(/expected a RandomStream/);
			expect(() => randomNormal([-1], stream)).toThrow(ShapeError);
			expect(() => randomNormal([2], stream, { dtype: "int32" })).toThrow(DTypeError);
		});
	});
});
