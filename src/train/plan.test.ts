import { describe, expect, it } from "vitest";
import type { Dataset } from "../data/dataset.ts";
import { accuracy } from "./metrics/accuracy.ts";
import { meanAbsoluteError } from "./metrics/mean-absolute-error.ts";
import { rocAuc } from "./metrics/roc-auc.ts";
import type { TrainerOptions } from "./options.ts";
import { planOf } from "./plan.ts";

const sized = (size: number): Dataset => ({
	size,
	inputShape: [1],
	target: { kind: "classes", classes: ["a", "b"] },
	read: () => ({ x: new Float32Array(0), y: new Int32Array(0), rowCount: 0 }),
});
const plan = (size: number, options: Partial<TrainerOptions> = {}) => planOf({ ...options, train: sized(size) } as TrainerOptions);

describe("planOf", () => {
	it.each([
		[100, { batchSize: 32 }, { batchSize: 32, stepsPerEpoch: 4, totalSteps: 40 }],
		[100, { batchSize: 32, dropLast: true }, { batchSize: 32, stepsPerEpoch: 3, totalSteps: 30 }],
		[96, { batchSize: 32, epochs: 2 }, { batchSize: 32, stepsPerEpoch: 3, totalSteps: 6 }],
		// More than there are, or all at once: one step an epoch.
		[20, { batchSize: 32 }, { batchSize: 20, stepsPerEpoch: 1, totalSteps: 10 }],
		[20, { batchSize: Number.POSITIVE_INFINITY, dropLast: true }, { batchSize: 20, stepsPerEpoch: 1, totalSteps: 10 }],
		[20, { epochs: 0 }, { epochCount: 0, totalSteps: 0 }],
	])("of %i examples with %j is %j", (size, options, expected) => {
		expect(plan(size, options)).toMatchObject(expected);
	});

	it("takes the way in which a monitored metric improves from the metric", () => {
		expect(plan(9).monitor).toEqual({ name: "loss", goal: "min" });
		expect(plan(9, { metrics: [accuracy], monitor: "accuracy" }).monitor).toEqual({ name: "accuracy", goal: "max" });
		const metrics = [meanAbsoluteError];
		expect(plan(9, { metrics, monitor: meanAbsoluteError.name }).monitor).toEqual({ name: meanAbsoluteError.name, goal: "min" });
	});

	it.each([
		// Examples, epochs, steps between records of steps and of layers.
		[100, 1, 1, 100],
		[100, 10, 5, 100],
		[1000, 5, 10, 500],
		[10_000, 10, 50, 5000],
	])("records steps of %i examples and %i epochs of single examples every %i, layers every %i", (size, epochs, stepEvery, layersEvery) => {
		expect(plan(size, { batchSize: 1, epochs }).records).toEqual({ stepEvery, layersEvery, latestMs: 1000 });
	});

	it("takes the steps between records as they are given", () => {
		const { records } = plan(1000, { logEvery: 3, layersEvery: 0 });
		expect(records).toEqual({ stepEvery: 3, layersEvery: 0, latestMs: Number.POSITIVE_INFINITY });
	});

	it("follows only metrics that are means over examples while training", () => {
		expect(plan(9, { metrics: [accuracy, rocAuc] }).followed).toEqual([accuracy]);
	});

	it.each([
		[0, {}, /the training data is empty/],
		[9, { batchSize: 1.5 }, /batchSize to be an integer ≥ 1 or Infinity, received 1\.5/],
		[9, { epochs: Number.NaN }, /epochs to be an integer ≥ 0, received NaN/],
		[9, { metrics: [accuracy], monitor: "acuracy" }, /no score "acuracy" to monitor\. Did you mean "accuracy"\?/],
	])("of %i examples with %j is refused", (size, options, message) => {
		expect(() => plan(size, options)).toThrow(message);
	});
});
