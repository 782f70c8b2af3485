/** Which examples of a part are shown, on predictions by hand. */
import { expect, test } from "vitest";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import type { ClassOutcome } from "../report/run-report-data.ts";
import type { PreparedData } from "./data/opened.ts";
import { judgedPart } from "./judged-part.ts";

/** Four examples of two classes, as a table of one column. */
async function judge(outputs: readonly number[], targets: readonly number[]) {
	const target = { kind: "classes", classes: ["a", "b"] } as const;
	const dataset = arrayDataset({ x: new Float32Array(4), y: Int32Array.from(targets), inputShape: [1], target });
	const input = { kind: "table", preprocessor: { featureNames: ["x"] } };
	const data = { train: dataset, validation: dataset, test: null, input, target, remarks: [] } as unknown as PreparedData;
	const predictions = { outputs: Float32Array.from(outputs), targets: Int32Array.from(targets), rowCount: 4, outputCount: 2 };
	const evaluation = { scores: {}, predictions };
	const part = await judgedPart(data, { dataset, part: "validation", evaluation, columnOrder: [] });
	return { ...part, ids: part.examples.shown.map(({ id }) => id) };
}

const probabilities = [0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.8, 0.2];

test("wrong answers alone are shown, the surest first, with the probability of the truth", async () => {
	const { ids, examples } = await judge(probabilities, [0, 0, 0, 1]);
	expect([examples.kind, examples.wrongCount]).toEqual(["wrong", 3]);
	expect(ids).toEqual(["validation 4", "validation 3", "validation 2"]);
	expect(examples.shown[0].answer).toMatchObject({ kind: "class", actual: "b", predicted: "a" });
	expect(examples.shown[0].answer.kind === "class" && examples.shown[0].answer.ofTruth).toBeCloseTo(0.2, 6);
});

test("where none is wrong, those are shown that were least sure", async () => {
	const { ids, examples } = await judge(probabilities, [0, 1, 1, 0]);
	expect([examples.kind, examples.wrongCount]).toEqual(["least sure", 0]);
	expect(ids).toEqual(["validation 2", "validation 3", "validation 4", "validation 1"]);
});

test("scores that are no probabilities are ordered by how far the answer is ahead", async () => {
	const { ids, examples, outcome } = await judge([5, 1, -1, 2, 0, 1, 9, 0], [0, 0, 0, 1]);
	expect(ids).toEqual(["validation 4", "validation 2", "validation 3"]);
	expect(examples.shown[0].answer).toMatchObject({ confidence: null, ofTruth: null });
	expect((outcome as ClassOutcome).logLoss).toBeNull();
});

test("the log-loss is the mean of −log of the probability of the truth", async () => {
	const { outcome } = await judge(probabilities, [0, 1, 1, 0]);
	expect((outcome as ClassOutcome).logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.6) + Math.log(0.7) + Math.log(0.8)) / 4, 6);
});
