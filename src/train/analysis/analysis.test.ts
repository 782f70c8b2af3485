/** Numbers worked out by hand. */
import { describe, expect, test } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import type { Predictions } from "../metrics/metric.ts";
import { areProbabilities, calibration } from "./calibration.ts";
import { classLosses, valueLosses, worstExamples } from "./example-losses.ts";
import { permutationImportance } from "./permutation-importance.ts";
import { residuals } from "./residuals.ts";

const classes = (outputs: number[], targets: number[]): Predictions => ({
	outputs: Float32Array.from(outputs),
	targets: Int32Array.from(targets),
	rowCount: targets.length,
	outputCount: outputs.length / targets.length,
});
const values = (outputs: number[], targets: number[], outputCount = 1): Predictions => ({
	outputs: Float32Array.from(outputs),
	targets: Float32Array.from(targets),
	rowCount: outputs.length / outputCount,
	outputCount,
});

describe("calibration", () => {
	test("is the distance of confidence and accuracy, bin by bin", () => {
		// Confidences 0.75 (right), 0.75 (wrong), 1 (right), 0.5 (right). Bins of width 0.5: (0, 0.5] and (0.5, 1].
		const { bins, expectedError } = calibration(classes([0.75, 0.25, 0.25, 0.75, 1, 0, 0.5, 0.5], [0, 0, 0, 0]), 2);
		expect(bins[0]).toEqual({ low: 0, high: 0.5, count: 1, confidence: 0.5, accuracy: 1 });
		expect(bins[1]).toEqual({ low: 0.5, high: 1, count: 3, confidence: 2.5 / 3, accuracy: 2 / 3 });
		// (1/4) · |1 − 0.5| + (3/4) · |2/3 − 2.5/3|
		expect(expectedError).toBeCloseTo(0.125 + 0.125, 12);
	});

	test("takes a single output for the probability of class 1", () => {
		const { bins } = calibration(classes([0.25, 0.75], [0, 0]), 2);
		expect(bins[1]).toMatchObject({ count: 2, confidence: 0.75, accuracy: 0.5 });
	});

	test("leaves empty bins without a value", () => {
		const [first] = calibration(classes([1, 0], [0]), 4).bins;
		expect(first).toMatchObject({ count: 0, confidence: Number.NaN, accuracy: Number.NaN });
	});

	test("is for probabilities only", () => {
		expect(areProbabilities(classes([0.25, 0.75, 1, 0], [0, 1]))).toBe(true);
		expect(areProbabilities(classes([0.25, 0.5], [0]))).toBe(false);
		expect(areProbabilities(classes([2, -1], [0]))).toBe(false);
		expect(areProbabilities(classes([Number.NaN, 1], [0]))).toBe(false);
		expect(areProbabilities(classes([0.25, 0.75], [0, 1]))).toBe(true);
	});
});

describe("losses of examples", () => {
	test("are −log p(true class), finite at p = 0", () => {
		const losses = classLosses(classes([0.5, 0.5, 1, 0], [1, 1]));
		expect(losses[0]).toBeCloseTo(Math.LN2, 12);
		// −log of float32's epsilon, 2⁻²³
		expect(losses[1]).toBeCloseTo(23 * Math.LN2, 6);
	});

	test("are distances to the best other class for scores", () => {
		expect(Array.from(classLosses(classes([3, -1, 1, 0, 4, 1], [0, 0])))).toEqual([-2, 4]);
	});

	test("count targets of different units alike", () => {
		// Targets 0 and 2: variance 1. Targets 0 and 200: variance 10,000.
		expect(Array.from(valueLosses(values([0, 100, 1, 200], [0, 0, 2, 200], 2)))).toEqual([1, 1]);
	});

	test("come worst first, NaN before all, the earlier of equals first", () => {
		expect(worstExamples([1, 3, Number.NaN, 3, Number.POSITIVE_INFINITY, 2], 4)).toEqual([2, 4, 1, 3]);
		expect(worstExamples([1], 5)).toEqual([0]);
	});
});

test("residuals are predicted − actual with bias and deviation", () => {
	const found = residuals(values([9, 3, 9, 5], [0, 1, 0, 1], 2), 1);
	expect(Array.from(found.errors)).toEqual([2, 4]);
	expect([found.bias, found.deviation]).toEqual([3, 1]);
});

describe("permutation importance", () => {
	const rowCount = 400;
	const rng = new RandomStream(7);
	const x = new Float32Array(rowCount * 3);
	for (let i = 0; i < x.length; i++) x[i] = rng.uniform(-1, 1);
	// The target is the first feature plus the second; the third plays no part.
	const target = Float64Array.from({ length: rowCount }, (_, row) => x[3 * row] + x[3 * row + 1]);
	const score = (inputs: Float32Array): number => {
		let sum = 0;
		for (let row = 0; row < rowCount; row++) sum += (inputs[3 * row] + inputs[3 * row + 1] - target[row]) ** 2 / rowCount;
		return sum;
	};
	const group = (name: string, ...features: number[]) => ({ name, features });

	test("is twice the variance of what a column contributes, and 0 for one that is not used", async () => {
		const before = x.slice();
		const groups = [group("unused", 2), group("first", 0), group("both", 0, 1)];
		const found = await permutationImportance({ x, rowCount, groups, score, goal: "min", rng, repeats: 20 });
		expect(x).toEqual(before);
		expect(found.map(({ name }) => name)).toEqual(["both", "first", "unused"]);
		// Uniform on (−1, 1): variance 1/3 each. 20 shuffles of 400 rows: relative error about 5 %, tested at three times that.
		expect(Math.abs(found[1].mean / (2 / 3) - 1)).toBeLessThan(0.15);
		expect(Math.abs(found[0].mean / (4 / 3) - 1)).toBeLessThan(0.15);
		expect(found[2]).toEqual({ name: "unused", mean: 0, deviation: 0 });
	});

	test("does not depend on the other columns, and turns round with the goal", async () => {
		const measure = (groups: ReturnType<typeof group>[], goal: "min" | "max") =>
			permutationImportance({ x, rowCount, groups, score, goal, rng: new RandomStream(1) });
		const [alone] = await measure([group("first", 0)], "min");
		const together = await measure([group("unused", 2), group("first", 0)], "min");
		const [turned] = await measure([group("first", 0)], "max");
		expect(together[0]).toEqual(alone);
		expect(turned.mean).toBe(-alone.mean);
	});
});
