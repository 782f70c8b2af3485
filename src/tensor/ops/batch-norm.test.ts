import { beforeAll, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/index.ts";
import { ArgumentError, ones, ShapeError, setExecutor, tensor, zeros } from "../index.ts";

beforeAll(() => {
	setExecutor(createReferenceExecutor());
});

describe("batchNorm", () => {
	test("normalises with the biased variance and keeps a running mean of the unbiased one", () => {
		const [runningMean, runningVariance] = [tensor([10]), tensor([4])];
		const y = tensor([[1], [3]]).batchNorm({ runningMean, runningVariance, training: true, epsilon: 0 });
		expect(y.toArray()).toEqual([[-1], [1]]);
		expect(runningMean.item()).toBeCloseTo(0.9 * 10 + 0.1 * 2, 6);
		expect(runningVariance.item()).toBeCloseTo(0.9 * 4 + 0.1 * 2, 6);
	});

	test("uses the running statistics outside training and leaves them alone", () => {
		const [runningMean, runningVariance] = [tensor([10]), tensor([4])];
		const y = tensor([[12], [8]]).batchNorm({ runningMean, runningVariance, epsilon: 0, scale: tensor([3]), shift: tensor([1]) });
		expect(y.toArray()).toEqual([[4], [-2]]);
		expect([runningMean.item(), runningVariance.item()]).toEqual([10, 4]);
	});

	test("stays finite where all values of a channel are equal", () => {
		const x = ones([4, 2]).requireGrad();
		const y = x.batchNorm({ training: true });
		y.sum().backward();
		expect(y.toArray()).toEqual(zeros([4, 2]).toArray());
		expect(x.grad?.dataSync().every(Number.isFinite)).toBe(true);
	});

	test.each([
		[
			"one value per channel while training",
			() => zeros([1, 3]).batchNorm({ training: true }),
			ArgumentError,
			/at least 2 values per channel, received 1/,
		],
		["an input without channels", () => zeros([3]).batchNorm({ training: true }), ShapeError, /input \[n, channels\]/],
		["no statistics outside training", () => zeros([2, 3]).batchNorm(), ArgumentError, /needs runningMean and runningVariance/],
		[
			"one of the running statistics",
			() => zeros([2, 3]).batchNorm({ runningMean: zeros([3]), training: true }),
			ArgumentError,
			/both or neither/,
		],
		[
			"a scale of the wrong length",
			() => zeros([2, 3]).batchNorm({ scale: ones([2]), training: true }),
			ShapeError,
			/scale of shape \[3\]/,
		],
		["a negative epsilon", () => zeros([2, 3]).batchNorm({ training: true, epsilon: -1 }), ArgumentError, /epsilon ≥ 0/],
		["a momentum above 1", () => zeros([2, 3]).batchNorm({ training: true, momentum: 2 }), ArgumentError, /momentum from 0 to 1/],
	] as const)("refuses %s", (_, run, type, message) => {
		expect(run).toThrow(type);
		expect(run).toThrow(message);
	});
});

describe("layer, group and instance normalisation", () => {
	test("normalise over their own values", () => {
		const x = tensor([[1, 3, 10, 30]]);
		expect(
			x
				.layerNorm({ epsilon: 0, normalizedShape: [4] })
				.mean()
				.item(),
		).toBeCloseTo(0, 6);
		expect(x.groupNorm(2, { epsilon: 0 }).toArray()).toEqual([[-1, 1, -1, 1]]);
		expect(
			x
				.reshape([1, 2, 2])
				.instanceNorm({ epsilon: 0, scale: tensor([1, 2]), shift: tensor([0, 5]) })
				.toArray(),
		).toEqual([
			[
				[-1, 1],
				[3, 7],
			],
		]);
	});

	test.each([
		["a scale that is not the last axes", () => zeros([2, 3]).layerNorm({ scale: ones([2]) }), ShapeError, /last axes are \[2\]/],
		[
			"scale and shift of different shapes",
			() => zeros([2, 3]).layerNorm({ scale: ones([3]), shift: ones([2, 3]) }),
			ShapeError,
			/scale and shift of shape \[3\]/,
		],
		["a scalar", () => tensor(1).layerNorm(), ShapeError, /last axes/],
		["groups that do not divide the channels", () => zeros([2, 3]).groupNorm(2), ArgumentError, /2 groups for 3 channels/],
		["one place per channel", () => zeros([2, 3, 1]).instanceNorm(), ArgumentError, /more than one place/],
	] as const)("refuse %s", (_, run, type, message) => {
		expect(run).toThrow(type);
		expect(run).toThrow(message);
	});
});
