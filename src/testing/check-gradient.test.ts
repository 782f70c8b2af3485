import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import { customOp, gradients, setExecutor, tensor } from "../tensor/index.ts";
import { checkGradient, GradientMismatchError } from "./index.ts";

setExecutor(createReferenceExecutor());

describe("checkGradient", () => {
	test("accepts right derivatives and says how many it compared", () => {
		const report = checkGradient((x, y) => x.mul(y).square(), [[1, 2, 3], [0.5]]);
		expect(report.comparedCount).toBe(4);
		expect(report.largestError).toBeLessThan(1e-8);
	});

	test("names the input, the element and both values of a wrong derivative", () => {
		const wrong = customOp({
			name: "wrong",
			forward: (x) => x.mul(2),
			backward: (grad, { inputs }) => [
				grad.mul(
					inputs[0].mul(0).add(
						tensor([
							[2, 2],
							[2, 3],
						]),
					),
				),
			],
		});
		const run = () =>
			checkGradient(
				(_, x) => wrong(x),
				[
					[1],
					tensor([
						[1, 2],
						[3, 4],
					]),
				],
			);
		expect(run).toThrow(GradientMismatchError);
		try {
			run();
		} catch (error) {
			const found = error as GradientMismatchError;
			expect(found.input).toBe(1);
			expect(found.element).toEqual([1, 1]);
			expect(found.analytic / found.numeric).toBeCloseTo(1.5, 6);
			expect(found.message).toContain("input 1, element [1, 1]");
		}
	});

	test("passes integers on without differentiating them", () => {
		const report = checkGradient((x, n) => x.mul(n), [[1.5, 2.5], new Int32Array([3, 4])]);
		expect(report.comparedCount).toBe(2);
	});

	test("checks second derivatives of a function that takes first ones", () => {
		const slope = (x: Parameters<typeof gradients>[0]) => gradients(x.mul(x).mul(x).sum(), [x], { createGraph: true })[0];
		expect(checkGradient(slope, [[0.3, -1.2]]).comparedCount).toBe(2);
	});
});
