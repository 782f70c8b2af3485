/** What a run came to, in words: verdicts, states, key figures, titles. */
import { describe, expect, test } from "vitest";
import { readRun } from "../runs/read-run.ts";
import { keyFigures } from "./key-figures.ts";
import { classesOf, endEvent, healthy, reportOf, runOf, startEvent, stepEvent, valuePart } from "./report-fixture.ts";
import { runStanding } from "./run-standing.ts";
import { inSentence, titleOf } from "./score-facts.ts";
import { verdictOf } from "./verdict.ts";

const finished = [...healthy, endEvent("finished")];

describe("a verdict", () => {
	test("of classes counts right answers, says how far they can be trusted and what no model would give", () => {
		const judged = classesOf([
			[5, 1],
			[1, 3],
		]);
		expect(verdictOf(reportOf(judged, finished))).toEqual({
			sentence: "Right on 8 of 10 validation examples (80.0 %).",
			details: [
				"On other examples of the kind it should be right on 49.0 % to 94.3 % (95 % interval).",
				"Always answering “a” would be right on 60.0 %.",
			],
		});
	});

	test("of numbers is the mean error beside that of the mean", () => {
		// |10 − 11|, |20 − 19|, |33 − 30|; the mean of 11, 19 and 30 is 20.
		expect(verdictOf(reportOf(valuePart, finished))).toEqual({
			sentence: "Predicts price with an average error of 1.667 (3 test examples).",
			details: ["Always answering the mean (20) would be off by 6.667."],
		});
	});

	test("without examples to judge is the loss, and without an epoch there is none", () => {
		const trained = runOf([1, 0.5], [null, null], [endEvent("finished")]);
		expect(verdictOf(reportOf(null, trained)).sentence).toBe("Training loss 0.5 after 2 epochs.");
		expect(verdictOf(reportOf(null, trained.slice(0, -1))).sentence).toBe("Not over yet: training loss 0.5 after 2 epochs.");
		expect(verdictOf(reportOf(null, [])).sentence).toBe("Not over yet.");
	});
});

describe("the state of a run", () => {
	const state = (...events: Parameters<typeof readRun>[0][]) => runStanding(readRun(events.flatMap((one) => [...one])));

	test("is unfinished while no end is recorded, and after an interruption", () => {
		expect(state([startEvent(8), stepEvent(3, 1)])).toMatchObject({ label: "unfinished", isOver: false });
		expect(state([startEvent(8), stepEvent(3, 1)]).text).toContain("0 of 8 epochs, step 3 of 80");
		expect(state(healthy, [endEvent("interrupted")])).toMatchObject({ isOver: false, text: expect.stringContaining("gradus resume") });
		expect(state([])).toMatchObject({ label: "not begun", isOver: false });
	});

	test("is over after all other ends", () => {
		for (const reason of ["finished", "early stopping", "stopped", "not finite"] as const) {
			expect(state(healthy, [endEvent(reason)]).isOver).toBe(true);
		}
	});
});

describe("key figures", () => {
	test("write scores in the units that metrics declare, and name their part", () => {
		const judged = { ...valuePart, scores: { loss: 0.1, rootMeanSquaredError: 1.9149, accuracy: 0.5, constructor: 1 } };
		const report = {
			...reportOf(judged, finished),
			scores: { rootMeanSquaredError: { unit: "target", goal: "min" }, accuracy: { unit: "share", goal: "max" } },
		} as const;
		const figures = keyFigures({ ...report, data: { ...report.data, target: "price" } });
		expect(figures.slice(0, 4)).toEqual([
			{ name: "Root mean squared error", value: "1.915", note: "in price; test, 3 examples" },
			{ name: "Accuracy", value: "50.00 %", note: "test, 3 examples" },
			{ name: "Constructor", value: "1", note: "test, 3 examples" },
			{ name: "Loss", value: "0.1", note: "test, 3 examples; validation 0.331" },
		]);
	});

	test("take no score of training for one of validation where there is none", () => {
		const unvalidated = runOf([1, 0.5], [null, null], [{ ...endEvent("finished", 1), best: { loss: 0.5 } }]);
		expect(keyFigures(reportOf(valuePart, unvalidated))[0]).toEqual({ name: "Loss", value: "0.1", note: "test, 3 examples" });
	});

	test("titles are the metric's, or its name in words", () => {
		const scores = { rSquared: { title: "R²", unit: "none", goal: "max" } } as const;
		expect([titleOf(scores, "rSquared"), titleOf(scores, "meanAbsoluteError"), titleOf({}, "f1")]).toEqual([
			...["R²", "Mean absolute error", "F1"],
		]);
		expect(["R²", "ROC AUC", "Mean absolute error"].map(inSentence)).toEqual(["R²", "ROC AUC", "mean absolute error"]);
	});
});
