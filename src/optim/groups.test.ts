import { describe, expect, it } from "vitest";
import { adagrad, type Optimizer, scope, sgd, type Tensor, tensor } from "../index.ts";

/** A step whose gradients are all 1. */
function step(optimizer: Optimizer, parameters: readonly Tensor[]): void {
	scope(() => {
		optimizer.zeroGrad();
		for (const parameter of parameters) parameter.sum().backward();
		optimizer.step();
	});
}

describe("parameter groups", () => {
	it("keep a momentum of their own, whatever a schedule does with the common one", () => {
		const [a, b] = [tensor([0]), tensor([0])];
		const optimizer = sgd({ a, b }, { lr: 1, momentum: 0.5, groups: [{ match: "b", options: { momentum: 0.25 } }] });
		expect(optimizer.momentum).toBe(0.5);
		step(optimizer, [a, b]);
		optimizer.momentum = 0;
		step(optimizer, [a, b]);
		// a: −1 − (0 · 1 + 1); b: −1 − (0.25 · 1 + 1)
		expect([a.item(), b.item()]).toEqual([-2, -2.25]);
	});

	it("have the common momentum for the optimizer's where the first parameter is in a group", () => {
		const [a, b] = [tensor([0]), tensor([0])];
		const optimizer = sgd({ a, b }, { momentum: 0.5, groups: [{ match: "a", options: { momentum: 0.25 } }] });
		expect(optimizer.momentum).toBe(0.5);
	});

	it("start their slots with their own values", () => {
		const [a, b] = [tensor([0]), tensor([0])];
		const optimizer = adagrad({ a, b }, { lr: 1, epsilon: 0, initialSum: 3, groups: [{ match: "b", options: { initialSum: 15 } }] });
		step(optimizer, [a, b]);
		// 1 / √(3 + 1) and 1 / √(15 + 1)
		expect([a.item(), b.item()]).toEqual([-0.5, -0.25]);
	});

	it("can lift the common max-norm", () => {
		const [a, b] = [tensor([[3, 5]]), tensor([[3, 5]])];
		const optimizer = sgd({ a, b }, { lr: 1, maxNorm: 1, groups: [{ match: "b", maxNorm: null }] });
		step(optimizer, [a, b]);
		expect(a.square().sum().item()).toBeCloseTo(1, 6);
		expect(b.toArray()).toEqual([[2, 4]]);
	});

	it("with a rate scale of 0 stay as they are, beyond their max-norm too", () => {
		const a = tensor([[3, 5]]);
		const optimizer = sgd({ a }, { lr: 1, maxNorm: 1, weightDecay: 0.1, groups: [{ match: "a", lrScale: 0 }] });
		step(optimizer, [a]);
		expect(a.toArray()).toEqual([[3, 5]]);
	});

	it("refuse options that the rule does not have, or out of bounds", () => {
		const make =
			(options: object): (() => Optimizer) =>
			() =>
				sgd({ a: tensor([0]) }, { momentum: 0.9, groups: [{ match: "a", options }] });
		expect(make({ momentun: 0.5 })).toThrow(/sgd: options of group 0: there is no option "momentun".*momentum/s);
		expect(make({ momentum: 2 })).toThrow(/sgd: options of group 0: expected momentum to be a number ≥ 0 and < 1, received 2/);
	});
});

describe("gradientNorm", () => {
	it("is the norm of the average that the update would use, when gradients accumulate", () => {
		const a = tensor([0, 0]);
		const optimizer = sgd({ a }, { accumulate: 2 });
		for (const gradient of [
			[3, 0],
			[3, 8],
		]) {
			optimizer.zeroGrad();
			a.mul(tensor(gradient)).sum().backward();
			// [3, 0], then ([3, 0] + [3, 8]) / 2 = [3, 4]
			expect(optimizer.gradientNorm()).toBeCloseTo(gradient[1] === 0 ? 3 : 5, 6);
			optimizer.step();
		}
	});
});
