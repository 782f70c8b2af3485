import { describe, expect, it } from "vitest";
import { confusionMatrix } from "./checks.ts";
import { metricRegistry } from "./index.ts";
import * as metrics from "./list.ts";
import type { Predictions } from "./metric.ts";

/** Five examples of three classes; decisions 0, 1, 2, 1, 0. */
const classes: Predictions = {
	outputs: Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0.2, 0.2, 0.6, 0.3, 0.5, 0.2, 0.5, 0.25, 0.25),
	targets: Int32Array.of(0, 1, 1, 1, 2),
	rowCount: 5,
	outputCount: 3,
};
/** The example of Fawcett's tutorial in small: one tie. */
const binary: Predictions = {
	outputs: Float32Array.of(0.9, 0.8, 0.8, 0.3),
	targets: Int32Array.of(1, 1, 0, 0),
	rowCount: 4,
	outputCount: 1,
};
const values: Predictions = { outputs: Float32Array.of(1, 2, 3, 5), targets: Float32Array.of(1, 3, 3, 3), rowCount: 4, outputCount: 1 };

describe("metrics of classes, by hand", () => {
	it("count right decisions", () => {
		expect(metrics.accuracy(classes)).toBeCloseTo(3 / 5, 12);
		expect(metrics.accuracy.sumOver?.(classes)).toBe(3);
		expect(metrics.accuracy(binary)).toBeCloseTo(3 / 4, 12);
		expect([...confusionMatrix(classes)]).toEqual([1, 0, 0, 0, 2, 1, 1, 0, 0]);
	});

	it("precision, recall and F1 are means over classes, or those of class 1", () => {
		// precision: 1/2, 2/2, 0/1; recall: 1/1, 2/3, 0/1.
		expect(metrics.precision(classes)).toBeCloseTo(0.5, 12);
		expect(metrics.recall(classes)).toBeCloseTo((1 + 2 / 3) / 3, 12);
		expect(metrics.f1(classes)).toBeCloseTo((2 / 3 + 0.8 + 0) / 3, 12);
		expect(metrics.precision(binary)).toBeCloseTo(2 / 3, 12);
		expect(metrics.recall(binary)).toBe(1);
	});

	it("top-k lets k classes be named", () => {
		expect(metrics.topK(classes, { k: 1 })).toBeCloseTo(3 / 5, 12);
		// The third example's class ties with class 0, which comes first; the last one's with class 1.
		expect(metrics.topK(classes, { k: 2 })).toBeCloseTo(3 / 5, 12);
		expect(metrics.topK(classes, { k: 3 })).toBe(1);
	});

	it("AUC counts pairs, ties half", () => {
		// Pairs (0.9, 0.8), (0.9, 0.3), (0.8, 0.3) are in order, (0.8, 0.8) is a tie.
		expect(metrics.rocAuc(binary)).toBeCloseTo(3.5 / 4, 12);
		expect(metrics.rocAuc({ ...binary, targets: Int32Array.of(1, 1, 1, 1) })).toBeNaN();
	});

	it("log-loss is the mean of −log p, and finite for certain errors", () => {
		const expected = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.2) + Math.log(0.7)) / 4;
		expect(metrics.logLoss(binary)).toBeCloseTo(expected, 6);
		expect(metrics.logLoss({ ...binary, outputs: Float32Array.of(0, 1, 0, 0) })).toBeLessThan(16);
	});
});

describe("metrics of values, by hand", () => {
	it("measure errors in the units of the target", () => {
		expect(metrics.meanAbsoluteError(values)).toBeCloseTo(3 / 4, 12);
		expect(metrics.rootMeanSquaredError(values)).toBeCloseTo(Math.sqrt(5 / 4), 12);
		// Targets 1, 3, 3, 3 spread 3 around 2.5.
		expect(metrics.rSquared(values)).toBeCloseTo(1 - 5 / 3, 12);
		expect(metrics.rSquared({ ...values, targets: Float32Array.of(3, 3, 3, 3) })).toBeNaN();
	});

	it("take several targets", () => {
		const two = { outputs: Float32Array.of(1, 0, 2, 4), targets: Float32Array.of(1, 2, 2, 4), rowCount: 2, outputCount: 2 };
		expect(metrics.meanAbsoluteError(two)).toBeCloseTo(0.5, 12);
		expect(metrics.rSquared(two)).toBeCloseTo((1 + (1 - 4 / 2)) / 2, 12);
	});
});

describe("metrics by name", () => {
	it("know their short names", () => {
		expect(metricRegistry.get("rmse").name).toBe("rootMeanSquaredError");
		expect(() => metricRegistry.get("acuracy")).toThrow(/Did you mean "accuracy"/);
	});

	it("say what they are measured in; one that does not say has no unit", () => {
		const units = Object.fromEntries([...metricRegistry].map(({ name, unit }) => [name, unit]));
		expect(units).toEqual({
			...{ accuracy: "share", f1: "share", precision: "share", recall: "share", topK: "share" },
			...{ meanAbsoluteError: "target", rootMeanSquaredError: "target" },
			...{ logLoss: "none", rSquared: "none", rocAuc: "none" },
		});
	});
});
