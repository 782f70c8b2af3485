import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import {
	adadelta,
	adagrad,
	adam,
	adamax,
	adamW,
	amsgrad,
	type Executor,
	lion,
	nAdam,
	type Optimizer,
	parameters,
	rAdam,
	rmsProp,
	sgd,
	type Tensor,
	tensor,
	withExecutor,
	zeros,
} from "../index.ts";

const fixture = new URL("../../test/oracle/fixtures/optim.json", import.meta.url);
const { start, gradients, cases } = JSON.parse(readFileSync(fixture, "utf8")) as {
	start: number[];
	gradients: number[][];
	cases: Record<string, number[][]>;
};

type Make = (p: readonly Tensor[]) => Optimizer;
/** PyTorch regularizes vectors too. */
const all = { regularize: "all" } as const;
const makers: Record<string, Make> = {
	sgd: (p) => sgd(p, { lr: 0.1 }),
	"sgd momentum": (p) => sgd(p, { lr: 0.1, momentum: 0.9 }),
	"sgd nesterov": (p) => sgd(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
	"sgd l2": (p) => sgd(p, { lr: 0.1, momentum: 0.9, l2: 0.1, ...all }),
	adam: (p) => adam(p, { lr: 0.01 }),
	"adam options": (p) => adam(p, { lr: 0.01, betas: [0.5, 0.9], epsilon: 1e-3 }),
	"adam l2": (p) => adam(p, { lr: 0.01, l2: 0.1, ...all }),
	amsgrad: (p) => amsgrad(p, { lr: 0.01, betas: [0.9, 0.8] }),
	adamW: (p) => adamW(p, { lr: 0.01, ...all }),
	"adamW decay": (p) => adamW(p, { lr: 0.01, weightDecay: 0.3, ...all }),
	adamax: (p) => adamax(p),
	nAdam: (p) => nAdam(p),
	rAdam: (p) => rAdam(p, { lr: 0.01 }),
	"rAdam short": (p) => rAdam(p, { lr: 0.01, betas: [0.8, 0.9] }),
	adagrad: (p) => adagrad(p, { lr: 0.1 }),
	"adagrad options": (p) => adagrad(p, { lr: 0.1, lrDecay: 0.05, initialSum: 0.1, epsilon: 1e-3 }),
	adadelta: (p) => adadelta(p),
	"adadelta options": (p) => adadelta(p, { lr: 0.5, rho: 0.8, epsilon: 1e-3 }),
	rmsProp: (p) => rmsProp(p),
	"rmsProp centred": (p) => rmsProp(p, { centred: true, epsilon: 1e-3 }),
	"rmsProp momentum": (p) => rmsProp(p, { momentum: 0.9, alpha: 0.9 }),
	"rmsProp both": (p) => rmsProp(p, { momentum: 0.5, centred: true, alpha: 0.9, epsilon: 1e-2 }),
	lion: (p) => lion(p, { lr: 0.01 }),
	"lion decay": (p) => lion(p, { lr: 0.01, weightDecay: 0.1, ...all }),
};

function run(make: Make, executor: Executor, interruptAt = -1): number[][] {
	return withExecutor(executor, () => {
		let p = tensor(start);
		let optimizer = make([p]);
		return gradients.map((gradient, i) => {
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
	it.each(Object.keys(cases))("%s follows the float64 trajectory over 50 steps", (name) => {
		run(makers[name], executor).forEach((values, step) => {
			// Ours rounds to float32 at each step: after 50 steps some ten units in the last place of the values.
			for (const [i, value] of values.entries()) {
				expect(Math.abs(value - cases[name][step][i]), `step ${step}, ${value} and ${cases[name][step][i]}`).toBeLessThan(
					5e-6 * Math.max(1, Math.abs(cases[name][step][i])),
				);
			}
		});
	});

	it.each(Object.keys(makers))("%s goes on from a saved state with the same bits", (name) => {
		expect(run(makers[name], executor, 11)).toEqual(run(makers[name], executor));
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
			expect(() => parameters({ parameters: () => [] } as never)).toThrow(/received a model[\s\S]*adam\(model\.parameters\(\)\)/);
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
