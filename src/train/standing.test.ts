import { describe, expect, it } from "vitest";
import type { ModelState } from "../nn/state.ts";
import type { EpochEvent, Scores } from "../runs/events.ts";
import { Standing } from "./standing.ts";

const model = (weight: number): ModelState => ({
	tensors: { w: { dtype: "float32", shape: [1], data: Float32Array.of(weight) } },
	streams: {},
	numbers: {},
});
const event = (at: Standing, validation: Scores | null): EpochEvent => {
	const train = at.trainScores();
	return {
		...{ kind: "epoch", epoch: at.epoch, step: at.step, train, validation, best: at.isBest(validation) },
		...{ lr: 1, seconds: 1, examplesPerSecond: 1 },
	};
};
const make = (name = "loss", goal: "min" | "max" = "min"): Standing => new Standing({ monitor: { name, goal } }, 0.1);

describe("Standing", () => {
	it("scores an epoch by the mean over its examples, not over its batches", () => {
		const at = make();
		at.count({ rowCount: 3 }, { loss: 1, metricSums: { accuracy: 3 } });
		at.count({ rowCount: 1 }, { loss: 5, metricSums: { accuracy: 0 } });
		expect(at.trainScores()).toEqual({ loss: 2, accuracy: 0.75 });
		expect([at.step, at.batch, at.exampleCount]).toEqual([2, 2, 4]);
	});

	it("begins each epoch with empty sums and goes on counting steps", () => {
		const at = make();
		at.count({ rowCount: 2 }, { loss: 1, metricSums: {} });
		at.endEpoch(event(at, null), () => model(1));
		expect([at.step, at.epoch, at.batch, at.exampleCount]).toEqual([1, 1, 0, 0]);
		at.count({ rowCount: 2 }, { loss: 7, metricSums: {} });
		expect(at.trainScores()).toEqual({ loss: 7 });
	});

	it.each([
		["min", [3, 1, 2, 1], 1],
		["max", [3, 1, 5, 5], 2],
	] as const)("takes the first epoch with the best score (%s)", (goal, values, best) => {
		const at = make("score", goal);
		for (const score of values) {
			at.count({ rowCount: 1 }, { loss: 0, metricSums: {} });
			at.endEpoch(event(at, { loss: 9, score }), () => model(score));
		}
		expect(at.best).toMatchObject({ epoch: best, value: values[best], model: model(values[best]) });
		expect(at.monitored()).toEqual(values);
	});

	it("without validation takes the last epoch, however it scores", () => {
		const at = make();
		for (const loss of [1, 2]) {
			at.count({ rowCount: 1 }, { loss, metricSums: {} });
			at.endEpoch(event(at, null), () => model(loss));
		}
		expect(at.best).toMatchObject({ epoch: 1, value: 2 });
	});

	it("takes a number for better than none, and none never for better than a number", () => {
		const at = make("score", "max");
		for (const score of [Number.NaN, 1, Number.NaN]) at.endEpoch(event(at, { loss: 9, score }), () => model(score));
		expect(at.best).toMatchObject({ epoch: 1, value: 1 });
	});

	it("asks for weights only where they are the best", () => {
		const at = make();
		let askedCount = 0;
		for (const loss of [1, 2]) at.endEpoch(event(at, { loss }), () => model(++askedCount));
		expect(askedCount).toBe(1);
	});

	it("goes on from a copy, which later steps leave as it is", () => {
		const first = make();
		first.count({ rowCount: 1 }, { loss: 4, metricSums: { accuracy: 1 } });
		first.baseLr = 0.05;
		const copy = first.state();
		const kept = structuredClone(copy);
		const second = make();
		second.load(copy);
		for (const at of [first, second]) {
			at.count({ rowCount: 1 }, { loss: 2, metricSums: { accuracy: 0 } });
			at.endEpoch(event(at, null), () => model(1));
		}
		expect(second.state()).toEqual(first.state());
		expect(copy).toEqual(kept);
	});
});
