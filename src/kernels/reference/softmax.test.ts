import { describe, expect, it } from "vitest";
import { operand, valuesOf, viewAs } from "./fixture.ts";
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from "./softmax.ts";

const ln = Math.log;
const lowest = Number.NEGATIVE_INFINITY;

function softmaxOf(values: readonly number[], options: { rows?: number; log?: boolean } = {}): number[] {
	const { rows = 1, log = false } = options;
	const shape = [rows, values.length / rows];
	const out = operand("float64", shape);
	softmax(operand("float64", shape, values), out, { log });
	return valuesOf(out);
}

/** One rounding of a few float64 operations. */
function expectClose(got: readonly number[], wanted: readonly number[]): void {
	expect(got.length).toBe(wanted.length);
	got.forEach((value, i) => {
		if (Number.isFinite(wanted[i])) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-14);
		else expect(value).toBe(wanted[i]);
	});
}

describe("softmax", () => {
	it("normalises exponentials along the last axis", () => {
		expectClose(softmaxOf([ln(1), ln(2), ln(5), 0, 0, 0], { rows: 2 }), [1 / 8, 2 / 8, 5 / 8, 1 / 3, 1 / 3, 1 / 3]);
		expectClose(softmaxOf([ln(1), ln(3)], { log: true }), [ln(1 / 4), ln(3 / 4)]);
	});

	it("neither overflows nor loses the small ones", () => {
		expectClose(softmaxOf([1000, 1000, 0]), [1 / 2, 1 / 2, 0]);
		expectClose(softmaxOf([-1000, 0], { log: true }), [-1000, 0]);
	});

	it("gives 0 to −∞ and NaN to rows with ∞, NaN or nothing but −∞", () => {
		expectClose(softmaxOf([lowest, 0]), [0, 1]);
		expectClose(softmaxOf([lowest, 0], { log: true }), [lowest, 0]);
		expect(softmaxOf([Number.POSITIVE_INFINITY, 0])[0]).toBeNaN();
		expect(softmaxOf([Number.NaN, 0])).toEqual([Number.NaN, Number.NaN]);
		expect(softmaxOf([lowest, lowest])).toEqual([Number.NaN, Number.NaN]);
	});

	it("takes one column and no rows", () => {
		expect(softmaxOf([5, -7], { rows: 2 })).toEqual([1, 1]);
		expect(softmaxOf([])).toEqual([]);
	});

	it("has the derivative y · (g − Σ g y), of the logarithm g − eʸ Σ g", () => {
		const gradX = operand("float64", [1, 2]);
		const grad = operand("float64", [1, 2], [1, 3]);
		softmaxGrad(operand("float64", [1, 2], [0.25, 0.75]), grad, gradX, { log: false });
		// Σ g y = 2.5
		expectClose(valuesOf(gradX), [0.25 * -1.5, 0.75 * 0.5]);
		softmaxGrad(operand("float64", [1, 2], [ln(0.25), ln(0.75)]), grad, gradX, { log: true });
		expectClose(valuesOf(gradX), [1 - 0.25 * 4, 3 - 0.75 * 4]);
	});
});

describe("crossEntropy", () => {
	/** Probabilities ¼, ¾ and ½, ½. */
	const logits = [0, ln(3), 7, 7];

	function losses(
		targets: readonly number[],
		smoothing = 0,
		values: readonly number[] = logits,
	): { losses: number[]; probabilities: number[] } {
		const out = operand("float64", [2]);
		const probabilities = operand("float64", [2, 2]);
		const target = operand("int32", [2], targets);
		crossEntropy(operand("float64", [2, 2], values), target, out, probabilities, { smoothing, ignoreIndex: -100 });
		return { losses: valuesOf(out), probabilities: valuesOf(probabilities) };
	}

	it("is −log of the target's probability", () => {
		const result = losses([0, 1]);
		expectClose(result.losses, [ln(4), ln(2)]);
		expectClose(result.probabilities, [1 / 4, 3 / 4, 1 / 2, 1 / 2]);
	});

	it("mixes in all classes when smoothed", () => {
		expectClose(losses([0, 1], 0.2).losses, [0.9 * ln(4) + 0.1 * ln(4 / 3), ln(2)]);
	});

	it("ignores rows with the ignored target, and impossible classes that are no target", () => {
		expectClose(losses([-100, 1]).losses, [0, ln(2)]);
		expectClose(losses([0, 0], 0, [0, lowest, lowest, 0]).losses, [0, Number.POSITIVE_INFINITY]);
	});

	function gradient(targets: readonly number[], gradLosses: ReturnType<typeof operand>, smoothing = 0): number[] {
		const out = operand("float64", [2, 2]);
		const probabilities = operand("float64", [2, 2], [0.25, 0.75, 0.5, 0.5]);
		const target = operand("int32", [2], targets);
		crossEntropyGrad(probabilities, target, gradLosses, out, { smoothing, ignoreIndex: -100 });
		return valuesOf(out);
	}

	it("has the derivative (p − t) · g, with one g or one for each row", () => {
		expectClose(gradient([0, 1], operand("float64", [2], [1, 10])), [-0.75, 0.75, 5, -5]);
		expectClose(gradient([0, 1], viewAs(operand("float64", [1], [4]), [2], [0])), [-3, 3, 2, -2]);
		expectClose(gradient([-100, 1], operand("float64", [2], [1, 10])), [0, 0, 5, -5]);
		expectClose(gradient([0, 1], operand("float64", [2], [1, 1]), 0.2), [0.25 - 0.9, 0.75 - 0.1, 0.5 - 0.1, 0.5 - 0.9]);
	});
});
