import { beforeEach, describe, expect, test } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { createReferenceExecutor } from "../executors/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { checkGradient } from "../testing/index.ts";
import { checkpoint, GradientError, gradients, noGrad, ones, scope, setExecutor, type Tensor, tensor } from "./index.ts";

let executor: Executor;
beforeEach(() => {
	executor = createReferenceExecutor();
	setExecutor(executor);
});

const segment = (x: Tensor): Tensor => x.tanh().mul(1.5).sin().add(0.1);

describe("checkpoint", () => {
	test("has the values and gradients of the plain function", () => {
		expect(checkGradient((x) => checkpoint(segment, [checkpoint(segment, [x.mul(2)])]), [[0.3, -1, 2]]).comparedCount).toBe(3);
		const [plain, kept] = [tensor([0.3, -1]).requireGrad(), tensor([0.3, -1]).requireGrad()];
		segment(plain).sum().backward();
		checkpoint(segment, [kept]).sum().backward();
		expect(kept.grad?.toArray()).toEqual(plain.grad?.toArray());
	});

	test("keeps only the joints of a chain, and gives all of it back", () => {
		const bytesFor = (step: (x: Tensor) => Tensor): { after: number; left: number } => {
			const x = ones([1000]).requireGrad();
			// Makes the constants and the memory of the gradient, which stay.
			scope(() => step(x.mul(1)).sum().backward());
			x.zeroGrad();
			const before = executor.memory().used;
			const after = scope(() => {
				let y = x.mul(1);
				for (let i = 0; i < 5; i++) y = step(y);
				const { used } = executor.memory();
				y.sum().backward();
				return used - before;
			});
			return { after, left: executor.memory().used - before };
		};
		const plain = bytesFor(segment);
		const checkpointed = bytesFor((x) => checkpoint(segment, [x]));
		// Per segment four results against one, and the product before them.
		expect(plain).toEqual({ after: 4000 * (1 + 5 * 4), left: 0 });
		expect(checkpointed).toEqual({ after: 4000 * (1 + 5), left: 0 });
	});

	test("sends gradients to parameters from outside, with backward and with gradients", () => {
		const run = (wrap: (fn: (x: Tensor) => Tensor, x: Tensor) => Tensor): unknown => {
			const weight = tensor([
				[1, 2],
				[3, 4],
			]).requireGrad();
			const x = tensor([[0.1, 0.2]]);
			wrap((input) => input.matmul(weight).tanh(), x)
				.sum()
				.backward();
			const [listed] = gradients(wrap((input) => input.matmul(weight).tanh(), x).sum(), [weight]);
			return [weight.grad?.toArray(), listed.toArray()];
		};
		expect(run((fn, x) => checkpoint(fn, [x]))).toEqual(run((fn, x) => fn(x)));
	});

	test("draws the same random numbers when it computes again, and moves the stream on once", () => {
		const run = (wrapped: boolean): unknown => {
			const stream = new RandomStream(7);
			const x = ones([64]).requireGrad();
			const fn = (input: Tensor, rng: RandomStream) => input.dropout({ stream: rng }).mul(input);
			const y = wrapped ? checkpoint(fn, [x], { stream }) : fn(x, stream);
			y.sum().backward();
			return [y.toArray(), x.grad?.toArray(), stream.state()];
		};
		expect(run(true)).toEqual(run(false));
	});

	test("hands an input through", () => {
		const x = tensor([1, 2]).requireGrad();
		checkpoint((input) => input, [x.mul(3)])
			.sum()
			.backward();
		expect(x.grad?.toArray()).toEqual([3, 3]);
	});

	test("is the plain function where nothing is recorded", () => {
		const x = tensor([1, 2]).requireGrad();
		expect(noGrad(() => checkpoint(segment, [x])).requiresGrad).toBe(false);
		expect(checkpoint(segment, [x.detach()]).requiresGrad).toBe(false);
	});

	test("refuses tensors with history from outside, results that are none, and second derivatives", () => {
		const x = tensor([1, 2]).requireGrad();
		const outside = x.mul(2);
		expect(() => checkpoint((input) => input.add(outside), [x])).toThrow(/a result of mul that was computed outside it.*among the inputs/s);
		expect(() => checkpoint((_: Tensor) => 3 as unknown as Tensor, [x])).toThrow(
			/expected the function to return a Tensor, received number/,
		);
		expect(() => gradients(checkpoint(segment, [x]).sum(), [x], { createGraph: true })).toThrow(GradientError);
	});
});
