import { beforeAll, describe, expect, it } from "vitest";
import { createWasmExecutor } from "../executors/index.ts";
import { customOp, parameters, scope, setExecutor, type Tensor, tensor } from "../index.ts";

describe("gradients that an operation does not own", () => {
	beforeAll(() => {
		setExecutor(createWasmExecutor());
	});

	it("one tensor given for two inputs reaches both", () => {
		const twice = customOp({
			name: "twice",
			forward: (a: Tensor, b: Tensor) => a.add(b),
			backward: (grad) => ((both) => [both, both])(grad.mul(3)),
		});
		const [a, b] = [tensor([1, 2]).requireGrad(), tensor([5, 6]).requireGrad()];
		scope(() => twice(a.mul(2), b.mul(10)).sum().backward());
		expect([a.grad?.toArray(), b.grad?.toArray()]).toEqual([
			[6, 6],
			[30, 30],
		]);
		for (const leaf of [a, b]) leaf.zeroGrad();
		scope(() => twice(a, b).sum().backward());
		expect([a.grad?.toArray(), b.grad?.toArray()]).toEqual([
			[3, 3],
			[3, 3],
		]);
	});

	it("a user's own tensor given as a gradient stays alive and unchanged", () => {
		const slope = tensor([7, 8]);
		const fixed = customOp({ name: "fixed", forward: (x: Tensor) => x.mul(1), backward: () => [slope] });
		const x = tensor([1, 2]).requireGrad();
		scope(() => fixed(x.relu()).sum().backward());
		scope(() => fixed(x).sum().backward());
		expect(x.grad?.toArray()).toEqual([14, 16]);
		expect(slope.toArray()).toEqual([7, 8]);
	});

	it("a disposed gradient is made anew, alone and in a parameter block", () => {
		const x = tensor([1, 2]).requireGrad();
		const y = tensor([3, 4]);
		const block = parameters([y]);
		for (const leaf of [x, y]) {
			leaf.sum().backward();
			leaf.grad?.dispose();
			expect(leaf.grad).toBeNull();
			leaf.mul(2).sum().backward();
			expect(leaf.grad?.toArray()).toEqual([2, 2]);
		}
		expect([...block.gradients.dataSync()].slice(0, 2)).toEqual([2, 2]);
	});
});
