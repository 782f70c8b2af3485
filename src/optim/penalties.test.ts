import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import {
	clipGradNorm,
	clipGradValue,
	clipTensorNorms,
	elasticNetPenalty,
	l1Penalty,
	l2Penalty,
	type Optimizer,
	sgd,
	type Tensor,
	tensor,
	withExecutor,
} from "../index.ts";

describe.each(executors)("penalties on $name", ({ executor }) => {
	const make = (): { w: Tensor; b: Tensor } => ({
		w: tensor([
			[1, -2],
			[0, 3],
		]),
		b: tensor([4, -5]),
	});

	it("are ½ λ Σ w², λ Σ |w| and their sum, over matrices or all", () => {
		withExecutor(executor, () => {
			const p = make();
			expect(l2Penalty(p, 0.5).item()).toBeCloseTo(0.25 * 14, 6);
			expect(l1Penalty(p, 0.5).item()).toBeCloseTo(0.5 * 6, 6);
			expect(elasticNetPenalty(p, { l1: 0.5, l2: 0.5 }).item()).toBeCloseTo(3.5 + 3, 6);
			expect(l2Penalty(p, 2, { regularize: "all" }).item()).toBeCloseTo(14 + 41, 5);
			expect(l1Penalty([p.b], 1).item()).toBe(0);
		});
	});

	it.each(["matrices", "all"] as const)("give the steps of the optimizer's options (%s)", (regularize) => {
		withExecutor(executor, () => {
			const train = (options: object, penalty: (p: { w: Tensor; b: Tensor }) => Tensor | null): number[] => {
				const p = make();
				const optimizer: Optimizer = sgd(p, { lr: 0.1, regularize, ...options });
				for (let i = 0; i < 5; i++) {
					optimizer.zeroGrad();
					const loss = p.w.mul(p.b).square().sum().mul(0.01);
					const extra = penalty(p);
					(extra === null ? loss : loss.add(extra)).backward();
					optimizer.step();
				}
				return [...p.w.dataSync(), ...p.b.dataSync()];
			};
			const pairs: [object, (p: { w: Tensor; b: Tensor }) => Tensor][] = [
				[{ l2: 0.3 }, (p) => l2Penalty(p, 0.3, { regularize })],
				[{ l1: 0.2 }, (p) => l1Penalty(p, 0.2, { regularize })],
				[{ l1: 0.2, l2: 0.3 }, (p) => elasticNetPenalty(p, { l1: 0.2, l2: 0.3, regularize })],
			];
			for (const [options, penalty] of pairs) {
				const [fused, added] = [train(options, () => null), train({}, penalty)];
				// Sums in another order: a few roundings a step of values up to 5.
				for (const [i, value] of fused.entries()) expect(Math.abs(value - added[i])).toBeLessThan(5e-6);
			}
		});
	});

	it("refuse a negative λ", () => {
		withExecutor(executor, () => {
			expect(() => l2Penalty(make(), -1)).toThrow(/l2Penalty: expected l2 to be a number ≥ 0, received -1/);
			expect(() => elasticNetPenalty(make(), { l1: 1 } as never)).toThrow(/elasticNetPenalty: the option "l2" is missing/);
		});
	});
});

describe.each(executors)("clipping on $name", ({ executor }) => {
	/** Gradients [3, 0] and [[0], [−4]]; c has none. */
	function make(): Tensor[] {
		const [a, b, c] = [tensor([1, 1]).requireGrad(), tensor([[1], [1]]).requireGrad(), tensor([1]).requireGrad()];
		a.mul(tensor([3, 0]))
			.sum()
			.add(b.mul(tensor([[0], [-4]])).sum())
			.backward();
		return [a, b, c];
	}
	const gradients = (tensors: readonly Tensor[]): (number[] | null)[] =>
		tensors.map(({ grad }) => grad && Array.from(grad.dataSync(), (g) => Math.round(1e5 * g) / 1e5));

	it("by norm returns 5 for the gradients (3, −4) and scales them to the bound", () => {
		withExecutor(executor, () => {
			const all = make();
			expect(clipGradNorm(all, 1)).toBeCloseTo(5, 6);
			expect(gradients(all)).toEqual([[0.6, 0], [0, -0.8], null]);
			expect(clipGradNorm(all, 10)).toBeCloseTo(1, 5);
			expect(gradients(all)).toEqual([[0.6, 0], [0, -0.8], null]);
			expect(clipGradNorm([all[2]], 1)).toBe(0);
		});
	});

	it("by value and by each tensor's norm", () => {
		withExecutor(executor, () => {
			const [values, norms] = [make(), make()];
			clipGradValue(values, 3.5);
			expect(gradients(values)).toEqual([[3, 0], [0, -3.5], null]);
			const found = clipTensorNorms(norms, 3.5);
			expect(found[0]).toBeCloseTo(3, 6);
			expect(found[1]).toBeCloseTo(4, 6);
			expect(gradients(norms)).toEqual([[3, 0], [0, -3.5], null]);
		});
	});

	it("refuses bounds that are not positive, and lets NaN be seen", () => {
		withExecutor(executor, () => {
			const all = make();
			for (const clip of [clipGradNorm, clipGradValue, clipTensorNorms]) expect(() => clip(all, 0)).toThrow(/number > 0, received 0/);
			const x = tensor([1, 2]).requireGrad();
			x.mul(tensor([Number.NaN, 1]))
				.sum()
				.backward();
			expect(clipGradNorm([x], 1)).toBeNaN();
			expect(x.grad?.toArray()).toEqual([Number.NaN, Number.NaN]);
		});
	});
});
