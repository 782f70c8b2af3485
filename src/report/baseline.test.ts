import { expect, test } from "vitest";
import { classBaseline, valueBaseline } from "./baseline.ts";
import { classesOf } from "./report-fixture.ts";
import type { ClassOutcome } from "./run-report-data.ts";

test("of classes it is the commonest one, and the entropy of their shares", () => {
	const { outcome } = classesOf([
		[1, 1, 0],
		[0, 3, 1],
		[0, 0, 2],
	]);
	const found = classBaseline(outcome as ClassOutcome);
	expect(found).toMatchObject({ count: 8, right: 6, answer: "b", answerRight: 4 });
	// ½ ln 2 + 2 · ¼ ln 4
	expect(found.entropy).toBeCloseTo(1.5 * Math.LN2, 12);
});

test("of numbers it is their mean", () => {
	const found = valueBaseline({ predicted: [1, 2, 6], actual: [0, 3, 6] });
	expect(found).toMatchObject({ count: 3, mean: 3, meanError: 2 });
	expect(found.error).toBeCloseTo(2 / 3, 12);
	expect(found.rms).toBeCloseTo(Math.sqrt(2 / 3), 12);
	expect(found.meanRms).toBeCloseTo(Math.sqrt(6), 12);
});
