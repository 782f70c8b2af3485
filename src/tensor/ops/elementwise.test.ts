import { describe, expect, it } from "vitest";
import { executors } from "../../../test/executors.ts";
import { elementwise, scalars, tensor, withExecutor } from "../../index.ts";

const swish = elementwise("swish", (x) => x.mul(scalars.sigmoid(x)));
const softThreshold = elementwise("softThreshold", (x, limit) => scalars.sign(x).mul(scalars.relu(scalars.abs(x).sub(limit))));

describe.each(executors)("a user's elementwise function on $name", ({ executor }) => {
	const within = <R>(fn: () => R): R => withExecutor(executor, fn);

	it("has its value and its derivative by rule", () => {
		within(() => {
			const points = [-3, -0.5, 0, 0.5, 3];
			const x = tensor(points).requireGrad();
			const y = swish(x);
			y.sum().backward();
			points.forEach((p, i) => {
				const s = 1 / (1 + Math.exp(-p));
				// Three ulp of float32 at most for the sigmoid, one for the product.
				expect(y.dataSync()[i]).toBeCloseTo(p * s, 6);
				expect(x.grad?.dataSync()[i]).toBeCloseTo(s + p * s * (1 - s), 6);
			});
		});
	});

	it("broadcasts, takes numbers and sums gradients over stretched axes", () => {
		within(() => {
			const x = tensor([
				[-2, 0.5],
				[3, -0.25],
			]).requireGrad();
			const limit = tensor([1, 0.1]).requireGrad();
			const y = softThreshold(x, limit);
			expect(y.toArray()).toEqual([
				[-1, Math.fround(0.5 - Math.fround(0.1))],
				[2, Math.fround(-(0.25 - Math.fround(0.1)))],
			]);
			y.sum().backward();
			expect(x.grad?.toArray()).toEqual([
				[1, 1],
				[1, 1],
			]);
			// −sign(x) where the threshold is passed, summed down the columns.
			expect(limit.grad?.toArray()).toEqual([0, 0]);
			expect(softThreshold(x.detach(), 2.5).toArray()).toEqual([
				[-0, 0],
				[0.5, -0],
			]);
		});
	});

	it("computes whole numbers in int32 and truths as bool", () => {
		within(() => {
			const sum = elementwise("sum", (a, b) => a.add(b));
			const whole = sum(tensor([2147483647, 5], { dtype: "int32" }), 1);
			expect([whole.dtype, whole.toArray()]).toEqual(["int32", [-2147483648, 6]]);
			const half = sum(tensor([1, 2], { dtype: "int32" }), 0.5);
			expect([half.dtype, half.toArray()]).toEqual(["float32", [1.5, 2.5]]);
			const larger = elementwise("larger", (a, b) => a.gt(b))(tensor([1, 3]), 2);
			expect([larger.dtype, larger.toArray()]).toEqual(["bool", [0, 1]]);
		});
	});

	it("names itself when shapes do not fit or a tensor is missing", () => {
		within(() => {
			expect(() => softThreshold(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/softThreshold: shapes \[2\] and \[3\] do not broadcast/);
			expect(() => swish(1)).toThrow(/swish: expected at least one tensor/);
			expect(() => swish("x" as never)).toThrow(/swish: expected a Tensor, received string/);
		});
	});
});

describe("mixing executors", () => {
	it("is refused with both names and the way out", () => {
		const [a, b] = executors.map(({ executor }) => tensor([1], { executor }));
		expect(() => a.add(b)).toThrow(/add: its operands live on different executors \(reference and wasm\)[\s\S]*toExecutor/);
	});

	it("works after moving one of them", async () => {
		const [a, b] = executors.map(({ executor }) => tensor([1, 2], { executor }));
		expect(a.add(await b.toExecutor(a.executor)).toArray()).toEqual([2, 4]);
	});
});
