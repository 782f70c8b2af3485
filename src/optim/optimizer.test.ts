import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { adam, type Executor, type Optimizer, parameters, sgd, type Tensor, tensor, withExecutor, zeros } from "../index.ts";

interface Trajectory {
	readonly start: number[];
	readonly gradients: number[][];
	readonly values: number[][];
}
const fixture = new URL("../../test/oracle/fixtures/optim.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: Record<string, Trajectory> };

const makers: Record<string, (p: readonly Tensor[]) => Optimizer> = {
	sgd: (p) => sgd(p, { lr: 0.1 }),
	momentum: (p) => sgd(p, { lr: 0.1, momentum: 0.9 }),
	nesterov: (p) => sgd(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
	adam: (p) => adam(p, { lr: 0.01 }),
	adamBetas: (p) => adam(p, { lr: 0.01, betas: [0.5, 0.9], epsilon: 1e-3 }),
};

function run(make: (p: readonly Tensor[]) => Optimizer, given: Trajectory, executor: Executor, interruptAt = -1): number[][] {
	return withExecutor(executor, () => {
		let p = tensor(given.start);
		let optimizer = make([p]);
		return given.gradients.map((gradient, i) => {
			if (i === interruptAt) {
				const [values, state] = [p.dataSync(), structuredClone(optimizer.state())];
				p = tensor(values);
				optimizer = make([p]);
				optimizer.load(state);
			}
			optimizer.zeroGrad();
			p.mul(tensor(gradient)).sum().backward();
			optimizer.step();
			return Array.from(p.dataSync());
		});
	});
}

describe.each(executors)("optimizers on $name", ({ executor }) => {
	it.each(Object.keys(makers))("%s follows PyTorch's trajectory", (name) => {
		const given = cases[name];
		run(makers[name], given, executor).forEach((values, step) => {
			// Both round to float32 at each step; after 20 steps a few units in the last place remain.
			for (const [i, value] of values.entries()) expect(Math.abs(value - given.values[step][i])).toBeLessThan(2e-6);
		});
	});

	it.each(Object.keys(makers))("%s goes on from a saved state with the same bits", (name) => {
		expect(run(makers[name], cases[name], executor, 11)).toEqual(run(makers[name], cases[name], executor));
	});

	it("leaves parameters without a gradient as they are", () => {
		withExecutor(executor, () => {
			const [a, b, c] = [tensor([1, 2]), tensor([3, 4, 5]), tensor([6])];
			const optimizer = sgd([a, b, c], { lr: 1 });
			a.sum().add(c.sum()).backward();
			optimizer.step();
			expect([a, b, c].map((x) => x.toArray())).toEqual([[0, 1], [3, 4, 5], [5]]);
		});
	});
});

describe("parameters", () => {
	const { executor } = executors[0];

	it("keeps values and identity, and puts gradients side by side", () => {
		withExecutor(executor, () => {
			const [a, b] = [tensor([[1, 2]]), tensor([3])];
			const block = parameters([a, b]);
			expect(block.parameterCount).toBe(3);
			expect([a.toArray(), b.toArray()]).toEqual([[[1, 2]], [3]]);
			a.sum().mul(5).add(b.square().sum()).backward();
			expect(block.filledRuns()).toEqual([{ start: 0, end: 32 }]);
			expect([...block.gradients.dataSync()].filter((g) => g !== 0)).toEqual([5, 5, 6]);
			block.zeroGrad();
			expect(a.grad).toBeNull();
		});
	});

	it("refuses nothing, doubles, integers and results", () => {
		withExecutor(executor, () => {
			const x = zeros([2]);
			expect(() => parameters([])).toThrow(/at least one/);
			expect(() => parameters([x, x])).toThrow(/named before/);
			expect(() => parameters([zeros([2], { dtype: "int32" })])).toThrow(/number 0 is int32/);
			expect(() => parameters([x.requireGrad().mul(2)])).toThrow(/result of mul/);
		});
	});

	it("refuses rates and decays that make no sense", () => {
		withExecutor(executor, () => {
			const x = zeros([2]);
			expect(() => sgd([x], { lr: -1 })).toThrow(/sgd: expected lr to be a number ≥ 0, received -1/);
			expect(() => sgd([x], { momentum: 1 })).toThrow(/momentum to be a number ≥ 0 and < 1, received 1/);
			expect(() => adam([x], { betas: [0.9, 1] })).toThrow(/betas to be a list of 2, each a number ≥ 0 and < 1, received \[0.9,1\]/);
			expect(() => adam([x], { epsilon: -1 })).toThrow(/epsilon to be a number ≥ 0, received -1/);
		});
	});
});
