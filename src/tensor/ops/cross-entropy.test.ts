import { beforeAll, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/index.ts";
import { ArgumentError, DTypeError, IndexError, onesLike, ShapeError, setExecutor, type Tensor, tensor, zeros } from "../index.ts";

beforeAll(() => {
	setExecutor(createReferenceExecutor());
});

const labels = (...values: number[]): Tensor => tensor(new Int32Array(values));

describe("softmax", () => {
	test("has sum 1 along its axis", () => {
		const y = tensor([
			[1, 5, -3],
			[2, 2, 100],
		]).softmax(0);
		expect(y.sum(0).toArray()).toEqual([1, 1, 1]);
	});

	test("refuses an axis that is not there, and integers", () => {
		expect(() => zeros([2, 3]).softmax(2)).toThrow(/softmax: axis 2 is out of range/);
		expect(() => zeros([2, 3], { dtype: "int32" }).logSoftmax()).toThrow(DTypeError);
	});
});

describe("crossEntropy", () => {
	test("is log of the number of classes for equal logits", () => {
		expect(
			zeros([3, 7])
				.crossEntropy(labels(0, 3, 6))
				.item(),
		).toBeCloseTo(Math.log(7), 6);
	});

	test("has the gradient softmax − one-hot, over the number of rows", () => {
		const logits = zeros([2, 4]).requireGrad();
		logits.crossEntropy(labels(1, 3)).backward();
		expect(logits.grad?.toArray()).toEqual([
			[0.125, -0.375, 0.125, 0.125],
			[0.125, 0.125, 0.125, -0.375],
		]);
	});

	test("takes bytes as class indices", () => {
		expect(
			zeros([2, 3])
				.crossEntropy(tensor(new Uint8Array([0, 2])))
				.item(),
		).toBeCloseTo(Math.log(3), 6);
	});

	test("gives rows whose label is ignored no loss and no gradient", () => {
		const logits = zeros([2, 2]).requireGrad();
		const loss = logits.crossEntropy(labels(-100, 1));
		loss.backward();
		expect(loss.item()).toBeCloseTo(Math.log(2), 6);
		expect(logits.grad?.toArray()).toEqual([
			[0, 0],
			[0.5, -0.5],
		]);
	});

	test("a class that is impossible and not wanted costs nothing", () => {
		const logits = tensor([[Number.NEGATIVE_INFINITY, 0, 0]]);
		expect(logits.crossEntropy(labels(1), { classWeights: onesLike(logits).reshape([3]) }).item()).toBeCloseTo(Math.log(2), 6);
	});

	test("names the row, the index and the range of a class that is not there", () => {
		const run = () => zeros([4, 10]).crossEntropy(labels(0, 9, 10, -1));
		expect(run).toThrow(IndexError);
		expect(run).toThrow(/row 2 is 10.*0 to 9 \(10 classes\), or ignoreIndex -100/s);
		expect(() => zeros([2, 10]).crossEntropy(labels(-100, -1))).toThrow(/row 1 is -1/);
		expect(() => zeros([1, 3, 2]).crossEntropy(labels(0, 3).reshape([1, 2]))).toThrow(/place 1 of \[1, 2\] is 3/);
	});

	test.each([
		["one row without its axis", () => zeros([3]).crossEntropy(labels(0)), ShapeError, /scores \[n, classes\]/],
		["too few indices", () => zeros([3, 2]).crossEntropy(labels(0, 1)), ShapeError, /one index for each place: \[3\]/],
		["fractional indices", () => zeros([3, 2]).crossEntropy(zeros([3])), ShapeError, /to\("int32"\)/],
		["truths as indices", () => zeros([3, 2]).crossEntropy(zeros([3], { dtype: "bool" })), DTypeError, /received bool/],
		["smoothing above 1", () => zeros([1, 2]).crossEntropy(labels(0), { labelSmoothing: 1.5 }), ArgumentError, /from 0 to 1, received 1.5/],
		[
			"class weights of the wrong length",
			() => zeros([1, 2]).crossEntropy(labels(0), { classWeights: zeros([3]) }),
			ShapeError,
			/classWeights of shape \[2\]/,
		],
		[
			"a fractional ignoreIndex",
			() => zeros([1, 2]).crossEntropy(labels(0), { ignoreIndex: 0.5 }),
			ArgumentError,
			/ignoreIndex to be an integer/,
		],
		["log-probabilities of integers", () => zeros([1, 2], { dtype: "int32" }).nllLoss(labels(0)), DTypeError, /received int32/],
		["predictions that would broadcast", () => zeros([3, 1]).meanSquaredError(zeros([3])), ShapeError, /Try: target.reshape\(\[3, 1\]\)/],
		["targets of another size", () => zeros([3]).binaryCrossEntropyWithLogits(zeros([4])), ShapeError, /Expected equal shapes/],
	] as const)("refuses %s", (_, run, type, message) => {
		expect(run).toThrow(type);
		expect(run).toThrow(message);
	});
});
