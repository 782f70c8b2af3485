import { beforeAll, describe, expect, it } from "vitest";
import { createReferenceExecutor } from "../executors/index.ts";
import { backward, enableGrad, GradientError, gradients, noGrad, scope, setExecutor, tensor, valueAndGrad } from "../index.ts";

describe("backward", () => {
	beforeAll(() => {
		setExecutor(createReferenceExecutor());
	});

	it("collects in grad, and adds to it until zeroGrad", () => {
		const x = tensor([1, 2, 3]).requireGrad();
		x.square().sum().backward();
		expect(x.grad?.toArray()).toEqual([2, 4, 6]);
		x.mul(10).sum().backward();
		expect(x.grad?.toArray()).toEqual([12, 14, 16]);
		x.zeroGrad();
		expect(x.grad).toBeNull();
		x.sum().backward();
		expect(x.grad?.toArray()).toEqual([1, 1, 1]);
	});

	it("sums the gradients of a tensor used several times", () => {
		const x = tensor([2, 3]).requireGrad();
		const y = x.mul(x).add(x).add(x);
		y.sum().backward();
		expect(x.grad?.toArray()).toEqual([2 * 2 + 2, 2 * 3 + 2]);
	});

	it("sums over axes that were broadcast", () => {
		const column = tensor([[1], [2]]).requireGrad();
		const row = tensor([10, 20, 30]).requireGrad();
		column.mul(row).sum().backward();
		expect(column.grad?.toArray()).toEqual([[60], [60]]);
		expect(row.grad?.toArray()).toEqual([3, 3, 3]);
	});

	it("starts from a given gradient where the root is no scalar", () => {
		const x = tensor([1, 2]).requireGrad();
		backward(x.mul(3), { gradient: tensor([1, 100]) });
		expect(x.grad?.toArray()).toEqual([3, 300]);
		expect(() => x.mul(3).backward()).toThrow(/root has shape \[2\]/);
		expect(() => backward(x.mul(3), { gradient: tensor([1]) })).toThrow(/gradient has shape \[1\]/);
	});

	it("refuses a second pass over a used tape, and allows it with retainGraph", () => {
		const x = tensor([3]).requireGrad();
		const y = x.square().sum();
		y.backward({ retainGraph: true });
		y.backward();
		expect(x.grad?.toArray()).toEqual([12]);
		expect(() => y.backward()).toThrow(GradientError);
	});

	it("records nothing in noGrad, and again in enableGrad inside it", () => {
		const x = tensor([1]).requireGrad();
		expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
		expect(noGrad(() => enableGrad(() => x.mul(2))).requiresGrad).toBe(true);
		expect(x.mul(2).detach().requiresGrad).toBe(false);
		expect(() => x.detach().sum().backward()).toThrow(/no history/);
	});

	it("gives gradients as a list, of leaves and of results, and leaves grad alone", () => {
		const x = tensor([1, 2]).requireGrad();
		const middle = x.mul(3);
		const [dx, dMiddle] = gradients(middle.square().sum(), [x, middle]);
		expect(dx.toArray()).toEqual([18, 36]);
		expect(dMiddle.toArray()).toEqual([6, 12]);
		expect(x.grad).toBeNull();
		expect(() => gradients(x.sum(), [tensor([1])])).toThrow(/parameter 0 of shape \[1\] did not contribute/);
	});

	it("takes gradients of gradients: d³/dx³ of x⁴ is 24 x", () => {
		const x = tensor([2]).requireGrad();
		let y = x.square().square().sum();
		for (let i = 0; i < 3; i++) [y] = gradients(y.sum(), [x], { createGraph: true });
		expect(y.item()).toBeCloseTo(48, 5);
	});

	it("valueAndGrad returns both", () => {
		const { value, gradients: given } = valueAndGrad((a, b) => a.mul(b).sum())(tensor([1, 2]), tensor([3, 4]));
		expect(value.item()).toBe(11);
		expect(given.map((g) => g.toArray())).toEqual([
			[3, 4],
			[1, 2],
		]);
	});

	it("frees intermediate gradients at once", () => {
		const executor = createReferenceExecutor();
		const x = tensor([1, 2, 3], { executor }).requireGrad();
		const lossOf = () => x.square().square().square().sum();
		// The first pass makes the constants and the leaf's gradient, which stay.
		scope(() => lossOf().backward());
		x.zeroGrad();
		scope(() => {
			const loss = lossOf();
			const before = executor.memory().blockCount;
			loss.backward();
			expect(executor.memory().blockCount).toBe(before);
		});
	});

	it("says that integers have no gradient", () => {
		expect(() => tensor([1], { dtype: "int32" }).requireGrad()).toThrow(/int32 has no gradient/);
		const x = tensor([1]).requireGrad();
		expect(() => x.mul(2).requireGrad()).toThrow(/result of mul/);
	});
});
