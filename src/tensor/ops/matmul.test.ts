import { describe, expect, it } from "vitest";
import { executors } from "../../../test/executors.ts";
import {
	ArgumentError,
	createReferenceExecutor,
	DTypeError,
	ExecutorError,
	formula,
	full,
	linear,
	matmul,
	ones,
	range,
	ShapeError,
	scalar,
	scalars,
	scope,
	setExecutor,
	type Tensor,
	tensor,
	withExecutor,
	zeros,
} from "../../index.ts";

const reference = createReferenceExecutor();
setExecutor(reference);

const relu = formula("relu", (x) => scalars.relu(x));
const swish = formula("swish", (x) => x.mul(scalars.sigmoid(x)));

describe.each(executors)("on $name", ({ executor }) => {
	const on = (run: () => void): void => withExecutor(executor, () => scope(run));
	const counting = (...shape: number[]): Tensor =>
		range(shape.reduce((size, length) => size * length, 1))
			.to("float32")
			.reshape(shape);

	it("matmul is the sum over the inner axis", () => {
		on(() => {
			expect(counting(2, 3).matmul(counting(3, 2)).toArray()).toEqual([
				[10, 13],
				[28, 40],
			]);
			expect(counting(3, 2).transpose().matmul(counting(3, 2)).toArray()).toEqual([
				[20, 26],
				[26, 35],
			]);
			expect(counting(2, 3).matmul(counting(2, 3).transpose()).toArray()).toEqual([
				[5, 14],
				[14, 50],
			]);
		});
	});

	it("matmul takes vectors as rows on the left and columns on the right, and drops their axis", () => {
		on(() => {
			const [v, m] = [tensor([1, 10]), counting(2, 2)];
			expect(v.matmul(m).toArray()).toEqual([20, 31]);
			expect(m.matmul(v).toArray()).toEqual([10, 32]);
			expect(v.matmul(v).toArray()).toBe(101);
			expect(counting(3, 2, 2).matmul(v).shape).toEqual([3, 2]);
			expect(v.matmul(counting(3, 2, 2)).shape).toEqual([3, 2]);
		});
	});

	it("matmul broadcasts batches, also over views that no stride walks", () => {
		on(() => {
			const x = counting(2, 1, 1, 2);
			const y = counting(3, 2, 1);
			// [[0, 1]] and [[2, 3]] times each of [0, 1], [2, 3], [4, 5].
			expect(x.matmul(y).flatten(1).toArray()).toEqual([
				[1, 3, 5],
				[3, 13, 23],
			]);
			const z = counting(2, 3, 2, 2).permute([1, 0, 2, 3]);
			expect(
				z
					.matmul(full([2, 1], 1))
					.flatten()
					.toArray(),
			).toEqual(z.sum(-1).flatten().toArray());
			expect(
				z
					.expand([2, 3, 2, 2, 2])
					.matmul(ones([2, 1]))
					.flatten()
					.toArray(),
			).toEqual(z.expand([2, 3, 2, 2, 2]).sum(-1).flatten().toArray());
		});
	});

	it("matmul of empty matrices is empty, or zero where only the inner axis is", () => {
		on(() => {
			expect(zeros([0, 3]).matmul(zeros([3, 2])).shape).toEqual([0, 2]);
			expect(zeros([2, 3]).matmul(zeros([3, 0])).shape).toEqual([2, 0]);
			expect(
				full([2, 0], 5)
					.matmul(full([0, 3], 5))
					.toArray(),
			).toEqual([
				[0, 0, 0],
				[0, 0, 0],
			]);
			expect(zeros([0, 2, 3]).matmul(zeros([3, 4])).shape).toEqual([0, 2, 4]);
			expect(
				zeros([0])
					.matmul(zeros([0]))
					.item(),
			).toBe(0);
			expect(zeros([1, 2, 3]).matmul(zeros([0, 3, 4])).shape).toEqual([0, 2, 4]);
		});
	});

	it("gradients of empty products are zero, in the shapes of their operands", () => {
		on(() => {
			for (const [a, b] of [
				[
					[2, 0],
					[0, 3],
				],
				[
					[0, 3],
					[3, 2],
				],
				[
					[1, 2, 3],
					[0, 3, 4],
				],
			]) {
				const [x, y] = [ones(a).requireGrad(), ones(b).requireGrad()];
				x.matmul(y).sum().backward();
				expect([x.grad?.shape, y.grad?.shape]).toEqual([a, b]);
				expect(x.grad?.sum().item()).toBe(0);
				expect(y.grad?.sum().item()).toBe(0);
			}
		});
	});

	it("gradients of a product are products: grad · yᵀ and xᵀ · grad, summed over stretched batches", () => {
		on(() => {
			const [x, y] = [counting(2, 3).requireGrad(), counting(3, 2).requireGrad()];
			const weights = tensor([
				[1, 2],
				[3, 4],
			]);
			x.matmul(y).mul(weights).sum().backward();
			expect(x.grad?.toArray()).toEqual(weights.matmul(y.detach().transpose()).toArray());
			expect(y.grad?.toArray()).toEqual(x.detach().transpose().matmul(weights).toArray());
			const shared = ones([2, 2]).requireGrad();
			counting(3, 1, 2).matmul(shared).sum().backward();
			// Columns of x, summed over the batch: 0 + 2 + 4 and 1 + 3 + 5.
			expect(shared.grad?.toArray()).toEqual([
				[6, 6],
				[9, 9],
			]);
		});
	});

	it("linear is x · weightᵀ + bias, for any number of axes in front", () => {
		on(() => {
			const [weight, bias] = [counting(2, 3), tensor([100, 200])];
			expect(linear(tensor([[1, 0, 2]]), weight, bias).toArray()).toEqual([[104, 213]]);
			expect(linear(tensor([1, 0, 2]), weight).toArray()).toEqual([4, 13]);
			expect(linear(counting(2, 2, 3), weight, bias).toArray()).toEqual([
				[
					[105, 214],
					[114, 250],
				],
				[
					[123, 286],
					[132, 322],
				],
			]);
			expect(linear(counting(3, 4).transpose(), weight).toArray()).toEqual(counting(3, 4).transpose().matmul(weight.transpose()).toArray());
			expect(linear(ones([2, 3]), weight, counting(4).slice([[null, null, 2]])).toArray()).toEqual([
				[3, 14],
				[3, 14],
			]);
		});
	});

	it("linear of nothing: no rows, no inputs, no outputs", () => {
		on(() => {
			expect(linear(zeros([0, 3]), zeros([2, 3]), zeros([2])).shape).toEqual([0, 2]);
			expect(linear(zeros([2, 0]), zeros([3, 0]), tensor([1, 2, 3])).toArray()).toEqual([
				[1, 2, 3],
				[1, 2, 3],
			]);
			expect(linear(zeros([4, 0]), zeros([2, 0])).shape).toEqual([4, 2]);
			expect(linear(zeros([2, 3]), zeros([0, 3])).shape).toEqual([2, 0]);
			const [weight, bias] = [ones([2, 3]).requireGrad(), ones([2]).requireGrad()];
			linear(zeros([0, 3]), weight, bias)
				.sum()
				.backward();
			expect([weight.grad?.toArray(), bias.grad?.toArray()]).toEqual([
				[
					[0, 0, 0],
					[0, 0, 0],
				],
				[0, 0],
			]);
		});
	});

	it("linear applies an activation in the same pass, with its derivative", () => {
		on(() => {
			const x = tensor([[1, -1]]).requireGrad();
			const weight = tensor([
				[2, 1],
				[1, 2],
			]).requireGrad();
			const y = linear(x, weight, tensor([0.5, 0.25]), { activation: relu });
			expect(y.toArray()).toEqual([[1.5, 0]]);
			y.mul(10).sum().backward();
			expect(x.grad?.toArray()).toEqual([[20, 10]]);
			expect(weight.grad?.toArray()).toEqual([
				[10, -10],
				[0, 0],
			]);
		});
	});

	it("a weight used twice in one graph collects both gradients, one written and one added", () => {
		on(() => {
			const [weight, bias] = [counting(2, 2).requireGrad(), tensor([1, 2]).requireGrad()];
			const [first, second] = [
				tensor([[1, 2]]),
				tensor([
					[10, 20],
					[30, 40],
				]),
			];
			linear(first, weight, bias)
				.sum()
				.add(linear(second, weight, bias).mul(3).sum())
				.backward();
			// Column sums: [1, 2] + 3 · [40, 60], alike for both outputs; the bias counts rows, 1 + 3 · 2.
			expect(weight.grad?.toArray()).toEqual([
				[121, 182],
				[121, 182],
			]);
			expect(bias.grad?.toArray()).toEqual([7, 7]);
			const square = counting(2, 2).requireGrad();
			square.matmul(square).sum().backward();
			// Row sums [1, 5] of the right factor and column sums [2, 4] of the left.
			expect(square.grad?.toArray()).toEqual([
				[1 + 2, 5 + 2],
				[1 + 4, 5 + 4],
			]);
		});
	});
});

describe("what does not fit", () => {
	const x = ones([2, 3]);
	const rows: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
		[
			"matmul with other inner lengths",
			() => x.matmul(ones([2, 3])),
			ShapeError,
			/matmul: shapes \[2, 3\] and \[2, 3\] do not fit.*last axis of the first \(3\).*second \(2\).*Try: x\.matmul\(y\.transpose\(\)\)/s,
		],
		["matmul with a vector of another length", () => x.matmul(ones([2])), ShapeError, /shapes \[2, 3\] and \[2\] do not fit/],
		["a vector of another length", () => ones([3]).matmul(x), ShapeError, /shapes \[3\] and \[2, 3\] do not fit/],
		["vectors of unequal lengths", () => ones([3]).matmul(ones([2])), ShapeError, /shapes \[3\] and \[2\] do not fit/],
		["matmul of a scalar", () => x.matmul(scalar(2)), ShapeError, /matmul: expected at least one axis on both sides.*Try: mul/],
		[
			"matmul of batches that do not broadcast",
			() => ones([2, 1, 3]).matmul(ones([3, 3, 1])),
			ShapeError,
			/matmul: shapes \[2\] and \[3\] do not broadcast/,
		],
		[
			"matmul of integers",
			() => x.matmul(ones([3, 2], { dtype: "int32" })),
			DTypeError,
			/matmul: expected float32 or float64, received int32/,
		],
		[
			"matmul of two types",
			() => x.matmul(ones([3, 2], { dtype: "float64" })),
			DTypeError,
			/matmul: expected equal types, received float32 and float64/,
		],
		[
			"matmul across executors",
			() => x.matmul(ones([3, 2], { executor: createReferenceExecutor() })),
			ExecutorError,
			/matmul: .*different executors/,
		],
		["matmul with a number", () => matmul(x, 3 as never), ArgumentError, /matmul: expected a Tensor, received number/],
		[
			"linear with another number of inputs",
			() => linear(x, ones([4, 2])),
			ShapeError,
			/linear 2 → 4: got input \[2, 3\].*Expected the last axis to be 2 \(inFeatures\), received 3/s,
		],
		["linear of a scalar", () => linear(scalar(1), ones([4, 2])), ShapeError, /got input \[\].*received a scalar/s],
		[
			"linear with a vector as weight",
			() => linear(x, ones([3])),
			ShapeError,
			/linear: expected a weight \[outFeatures, inFeatures\], received shape \[3\]/,
		],
		[
			"linear with a bias of another length",
			() => linear(x, ones([2, 3]), ones([3])),
			ShapeError,
			/linear 3 → 2: expected a bias of shape \[2\], received \[3\]/,
		],
		[
			"linear with a bias of another type",
			() => linear(x, ones([2, 3]), ones([2], { dtype: "int32" })),
			DTypeError,
			/linear: expected float32 or float64, received int32/,
		],
		[
			"linear with a number as bias",
			() => linear(x, ones([2, 3]), 1 as never),
			ArgumentError,
			/linear: expected a Tensor, received number/,
		],
		[
			"linear with a derivative that needs what is not kept",
			() => linear(x, ones([2, 3]).requireGrad(), null, { activation: swish }),
			ArgumentError,
			/swish cannot be fused: its derivative needs its input/,
		],
	];

	it.each(rows)("%s is refused and leaves nothing behind", (_, run, error, words) => {
		expect(() => scope(run)).toThrow(error);
		const before = reference.memory().blockCount;
		expect(() => scope(run)).toThrow(words);
		expect(reference.memory().blockCount).toBe(before);
	});

	it("an activation without a derivative by its result is welcome where no derivative is wanted", () => {
		expect(linear(ones([1, 1]), ones([1, 1]), null, { activation: swish }).item()).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
	});
});
