/** Constructed runs for tests of reports. */
import type { EndEvent, EndReason, EpochEvent, LayersEvent, RunEvent, StartEvent, StepEvent } from "../runs/events.ts";
import { readRun } from "../runs/read-run.ts";
import type { JudgedPart, RunReportData } from "./run-report-data.ts";

/** The start of a run of that many epochs. */
export function startEvent(epochs: number): StartEvent {
	return {
		...{ kind: "start", time: "2026-01-02T03:04:05.000Z", config: { seed: 7 }, exampleCount: 100, stepsPerEpoch: 10 },
		...{ totalSteps: 10 * epochs, epochs, batchSize: 10, executor: "wasm", parameterCount: 1234, monitor: { name: "loss", goal: "min" } },
	};
}

/** A step; the first is number 1. */
export function stepEvent(step: number, loss: number): StepEvent {
	return { kind: "step", step, epoch: Math.floor((step - 1) / 10), loss, lr: 0.1 / step, gradNorm: 10 / step, examplesPerSecond: 1000 };
}

/** The end of a run of eight epochs. */
export function endEvent(reason: EndReason, bestEpoch: number | null = 7): EndEvent {
	return { kind: "end", time: "2026-01-02T03:05:05.000Z", reason, step: 80, epoch: 8, bestEpoch, best: null, seconds: 8 };
}

/** An epoch; the first is number 0. */
export function epochEvent(epoch: number, train: number, validation: number | null, best = false): EpochEvent {
	const scores = validation === null ? null : { loss: validation };
	return {
		...{ kind: "epoch", epoch, step: 10 * (epoch + 1), train: { loss: train }, validation: scores },
		...{ lr: 0.1, best, seconds: 1, examplesPerSecond: 1000 },
	};
}

/** Layers `0` and `2`, with one gradient norm and share of zeros each. */
export function layersEvent(step: number, gradNorms: readonly number[], zeroShares: readonly number[] = [0, 0.5]): LayersEvent {
	const paths = ["0", "2"];
	return {
		...{ kind: "layers", step },
		activations: zeroShares.map((zeroShare, i) => ({ path: paths[i], mean: 0.1, std: 1, zeroShare })),
		parameters: gradNorms.map((gradNorm, i) => ({ path: `${paths[i]}.weight`, weightNorm: 2, gradNorm, updateRatio: 0.001 })),
	};
}

/** A run of some epochs whose losses are those of two lists, with ten steps each at the training loss. */
export function runOf(train: readonly number[], validation: readonly (number | null)[], more: readonly RunEvent[] = []): RunEvent[] {
	const lowest = validation.indexOf(Math.min(...validation.map((loss) => loss ?? Number.POSITIVE_INFINITY)));
	return [
		startEvent(train.length),
		...train.flatMap((loss, epoch) => [
			...Array.from({ length: 10 }, (_, i) => stepEvent(10 * epoch + i + 1, loss)),
			epochEvent(epoch, loss, validation[epoch], epoch === lowest),
		]),
		...more,
	];
}

/** A healthy run: losses fall and flatten. */
export const healthy = runOf([1, 0.6, 0.4, 0.32, 0.3, 0.29, 0.285, 0.284], [0.9, 0.58, 0.42, 0.36, 0.34, 0.335, 0.332, 0.331]);

/** Markup and control characters that names of classes and columns may hold. */
export const HOSTILE = `</svg><script>alert("1")</script>&'\u001b[31m`;

/** A classification of three images. */
export const classPart: JudgedPart = {
	...{ name: "validation", exampleCount: 10, scores: { loss: 0.331, accuracy: 0.8 } },
	outcome: {
		kind: "classes",
		classes: ["cat", "dog", HOSTILE],
		confusion: [
			[4, 1, 0],
			[0, 3, 0],
			[0, 1, 1],
		],
		calibration: {
			bins: [
				{ low: 0, high: 0.5, count: 0, confidence: Number.NaN, accuracy: Number.NaN },
				{ low: 0.5, high: 1, count: 10, confidence: 0.9, accuracy: 0.8 },
			],
			expectedError: 0.1,
		},
		logLoss: 0.331,
	},
	examples: {
		...{ kind: "wrong", wrongCount: 2 },
		shown: [
			{
				id: "validation 3",
				answer: { kind: "class", actual: HOSTILE, predicted: "dog", confidence: 0.92, ofTruth: 0.05 },
				input: { kind: "image", width: 2, height: 2, channels: 1, pixels: [0, 1, 0.5, 0.25] },
			},
		],
	},
};

/** Decisions between classes `a`, `b`, … on validation examples: rows true, columns answers. */
export function classesOf(confusion: readonly number[][], logLoss: number | null = null): JudgedPart {
	const classes = confusion.map((_, k) => String.fromCharCode(97 + k));
	const exampleCount = confusion.flat().reduce((sum, count) => sum + count, 0);
	return { ...classPart, exampleCount, outcome: { kind: "classes", classes, confusion, calibration: null, logLoss } };
}

/** A regression of rows of a table. */
export const valuePart: JudgedPart = {
	...{ name: "test", exampleCount: 3, scores: { loss: 0.1 } },
	outcome: {
		kind: "values",
		targets: [{ name: "price", predicted: [10, 20, 33], actual: [11, 19, 30], bias: 1, deviation: 1.633 }],
	},
	examples: {
		...{ kind: "largest errors", wrongCount: 0 },
		shown: [
			{
				id: "row 3",
				answer: { kind: "values", targets: [{ name: "price", actual: 30, predicted: 33 }] },
				input: {
					kind: "cells",
					cells: [
						["area", "120"],
						[HOSTILE, HOSTILE],
					],
				},
			},
		],
	},
};

/** A report with everything in it. */
export function reportOf(judged: JudgedPart | null, events: readonly RunEvent[] = healthy): RunReportData {
	return {
		...{ name: "pets", run: readRun(events) },
		data: { name: "pets.csv", kind: "table", rowCount: 200, parts: { training: 100, validation: 100 }, target: "3 classes" },
		scores: { accuracy: { unit: "share", goal: "max" } },
		...{
			modelSummary: "layer  output\nmodel  [3]",
			layerKinds: { 0: "linear", 2: "linear" },
			judged,
			remarks: [`Column ${HOSTILE} is left out.`],
		},
		importance: {
			...{ score: "accuracy", part: "validation", rowCount: 10, repeats: 5 },
			columns: [
				{ name: HOSTILE, mean: 0.3, deviation: 0.02 },
				{ name: "area", mean: 0.1, deviation: 0.01 },
			],
		},
	};
}
