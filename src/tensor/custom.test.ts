import { beforeEach, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../executors/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { checkGradient } from "../testing/index.ts";
import { customOp, GradientError, gradients, ones, scope, setExecutor, type Tensor, tensor, zeros } from "./index.ts";

let executor: Executor;
beforeEach(() => {
	executor = createReferenceExecutor();
	setExecutor(executor);
});

/** x · y with its derivative by hand. */
const product = customOp({
	name: "product",
	forward: (x: Tensor, y: Tensor) => x.add(0).mul(y),
	backward: (grad, { inputs: [x, y] }) => [grad.mul(y), grad.mul(x)],
});

/** exp, from its saved result. */
const saving = customOp({
	name: "saving",
	forward: (x: Tensor) => {
		const kept = x.exp();
		return { output: kept.add(0), saved: [kept] };
	},
	backward: (grad, { saved: [kept] }) => [grad.mul(kept)],
});

describe("customOp", () => {
	test("uses the derivative it was given, once and twice", () => {
		expect(
			checkGradient(product, [
				[1, 2],
				[3, -4],
			]).comparedCount,
		).toBe(4);
		const slope = (x: Tensor, y: Tensor) => gradients(product(x.square(), y).sum(), [x, y], { createGraph: true })[0];
		expect(
			checkGradient(slope, [
				[1, 2],
				[3, -4],
			]).comparedCount,
		).toBe(4);
		expect(checkGradient(saving, [[0.5, -1]]).comparedCount).toBe(2);
	});

	test("frees what forward made on its way, and what it saved once backward has run", () => {
		const x = tensor([1, 2]).requireGrad();
		// Makes the constants and the memory of the gradient, which stay.
		scope(() => saving(x).sum().backward());
		x.zeroGrad();
		scope(() => {
			const before = executor.memory().blockCount;
			const y = saving(x);
			expect(executor.memory().blockCount).toBe(before + 2);
			y.backward({ gradient: y.detach() });
			expect(executor.memory().blockCount).toBe(before + 1);
		});
	});

	test("may return the arriving gradient, an input or one tensor for several inputs", () => {
		const sum = customOp({ name: "sum", forward: (x: Tensor, y: Tensor) => x.add(y), backward: (grad) => [grad, grad] });
		const halves = customOp({
			name: "halves",
			forward: (x: Tensor, y: Tensor) => x.square().mul(0.5).add(y.square().mul(0.5)),
			backward: (_, { inputs }) => [...inputs],
		});
		const twins = customOp({
			name: "twins",
			forward: (x: Tensor, y: Tensor) => x.add(y),
			backward: (grad) => {
				const one = grad.mul(1);
				return [one, one];
			},
		});
		for (const [operation, expected] of [
			[sum, [1, 1]],
			[halves, [3, 5]],
			[twins, [1, 1]],
		] as const) {
			const [x, y] = [tensor([3]).requireGrad(), tensor([5]).requireGrad()];
			operation(x.mul(1), y.mul(1)).sum().backward();
			expect([x.grad?.item(), y.grad?.item()]).toEqual(expected);
			expect([x.item(), y.item()]).toEqual([3, 5]);
		}
	});

	test("gives a result that is its input a history of its own", () => {
		const identity = customOp({ name: "reverse", forward: (x: Tensor) => x, backward: (grad) => [grad.neg()] });
		const x = tensor([1, 2]).requireGrad();
		identity(x).sum().backward();
		expect(x.grad?.toArray()).toEqual([-1, -1]);
	});

	test("leaves out inputs for which backward returns null", () => {
		const half = customOp({ name: "half", forward: (x: Tensor, y: Tensor) => x.add(y), backward: (grad) => [grad, null] });
		const [x, y] = [tensor([1]).requireGrad(), tensor([1]).requireGrad()];
		half(x, y).sum().backward();
		expect([x.grad?.item(), y.grad]).toEqual([1, null]);
	});

	test("names the operation and the input of a gradient of the wrong shape, type or number", () => {
		const returning = (...results: unknown[]) =>
			customOp({ name: "mine", forward: (x: Tensor, y: Tensor) => x.add(y), backward: () => results as Tensor[] });
		const run = (...results: unknown[]) => {
			const x = ones([2, 3]).requireGrad();
			returning(...results)(x, x.mul(2))
				.sum()
				.backward();
		};
		expect(() => run(zeros([2, 3]), zeros([3]))).toThrow(GradientError);
		expect(() => run(zeros([2, 3]), zeros([3]))).toThrow(/mine.*input 1.*Expected \[2, 3\] float32.*received \[3\] float32/s);
		expect(() => run(zeros([2, 3], { dtype: "int32" }), null)).toThrow(/input 0.*received \[2, 3\] int32/s);
		expect(() => run(5, null)).toThrow(/input 0.*received number/s);
		expect(() => run(zeros([2, 3]))).toThrow(/mine: expected backward to return 2 gradients.*received 1/);
	});

	test("refuses a forward that returns no tensor, and inputs that are none", () => {
		const nothing = customOp({ name: "nothing", forward: (_: Tensor) => undefined as unknown as Tensor, backward: () => [] });
		expect(() => nothing(ones([1]))).toThrow(/nothing: expected forward to return a Tensor/);
		expect(() => product(1 as unknown as Tensor, ones([1]))).toThrow(/product: expected a Tensor, received number/);
	});
});
