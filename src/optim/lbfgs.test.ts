import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { lbfgs, strongWolfe, type Tensor, tensor, withExecutor } from "../index.ts";

/** (1 − x)² + 100 (y − x²)², least at (1, 1). */
function rosenbrock(p: Tensor): Tensor {
	const [x, y] = [p.select(0, 0), p.select(0, 1)];
	return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
}

describe.each(executors)("lbfgs on $name", ({ executor }) => {
	it("with strong Wolfe finds the minimum of Rosenbrock's valley", () => {
		withExecutor(executor, () => {
			const p = tensor([-1.2, 1]);
			const optimizer = lbfgs([p], { maxIterations: 100, lineSearch: "strongWolfe" });
			const closure = (): number => {
				optimizer.zeroGrad();
				const loss = rosenbrock(p);
				loss.backward();
				return loss.item();
			};
			for (let i = 0; i < 3; i++) optimizer.step(closure);
			// Float32 losses near 0 are flat to 1e-7 · 100; along the valley its root remains.
			for (const value of p.dataSync()) expect(value).toBeCloseTo(1, 3);
		});
	});
});

describe("lbfgs", () => {
	const { executor } = executors[0];

	it("says what is missing without a closure", () => {
		withExecutor(executor, () => {
			expect(() => lbfgs([tensor([1])]).step()).toThrow(/step\(\) got no closure/);
		});
	});

	it.each([
		[{ l2: 0.1 }, /l2 would make steps and loss disagree/],
		[{ clipNorm: 1 }, /clipNorm would make/],
		[{ accumulate: 2 }, /accumulate to be 1, received 2/],
		[{ groups: [{ match: "*", lrScale: 0.5 }] }, /lrScale to be 0 or 1, received 0.5/],
		[{ groups: [{ match: "*", l1: 0.5 }] }, /group's regularization would make/],
	])("refuses %j", (options, message) => {
		withExecutor(executor, () => expect(() => lbfgs([tensor([1])], options)).toThrow(message));
	});
});

describe("strongWolfe", () => {
	const functions: [string, (t: number) => number, (t: number) => number][] = [
		["a parabola", (t) => (t - 3) ** 2, (t) => 2 * (t - 3)],
		["−t / (t² + 2), of Moré & Thuente 1994", (t) => -t / (t * t + 2), (t) => (t * t - 2) / (t * t + 2) ** 2],
		["(t + 0.1)⁵ − 2 (t + 0.1)⁴", (t) => (t + 0.1) ** 5 - 2 * (t + 0.1) ** 4, (t) => 5 * (t + 0.1) ** 4 - 8 * (t + 0.1) ** 3],
		["a log barrier that is no number beyond 1", (t) => -t - 0.1 * Math.log(1 - t), (t) => -1 + 0.1 / (1 - t)],
	];
	it.each(functions)("meets both conditions on %s from any first step", (_, f, slope) => {
		for (const first of [1e-3, 0.1, 1, 10, 1000]) {
			const start = { step: 0, value: f(0), slope: slope(0) };
			const found = strongWolfe(start, first, (step) => ({ step, value: f(step), slope: slope(step) }), {
				curvature: 0.1,
				maxEvaluations: 60,
				tolerance: 1e-12,
			});
			expect(found.value).toBeLessThanOrEqual(f(0) + 1e-4 * found.step * slope(0));
			expect(Math.abs(found.slope)).toBeLessThanOrEqual(-0.1 * slope(0));
		}
	});
});
