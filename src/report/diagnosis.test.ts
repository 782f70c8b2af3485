/** A constructed run for each thing that can be wrong, and one where nothing is. */
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../runs/events.ts";
import { readRun } from "../runs/read-run.ts";
import { diagnose, type FindingKind } from "./diagnosis.ts";
import { epochEvent, healthy, layersEvent, runOf, startEvent, stepEvent } from "./report-fixture.ts";

const kinds = (events: readonly RunEvent[]): FindingKind[] => diagnose(readRun(events)).map(({ kind }) => kind);
const evidence = (events: readonly RunEvent[]): string => diagnose(readRun(events))[0].evidence;

test("a healthy run is fine, and so is one without validation", () => {
	expect(kinds(healthy)).toEqual(["fine"]);
	expect(kinds(runOf([1, 0.6, 0.4, 0.32, 0.3, 0.29, 0.285, 0.284], Array(8).fill(null)))).toEqual(["fine"]);
	expect(evidence(healthy)).toContain("0.331");
});

test("a run without events, or without an epoch, is no error", () => {
	expect(kinds([])).toEqual(["fine"]);
	expect(evidence([startEvent(3), stepEvent(1, 2)])).toContain("No epoch");
});

describe("over-fitting", () => {
	const train = [1, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02];

	test("is a validation loss that rises while the training loss falls", () => {
		const events = runOf(train, [0.9, 0.6, 0.5, 0.48, 0.5, 0.55, 0.6, 0.6]);
		expect(kinds(events)).toEqual(["over-fitting"]);
		expect(evidence(events)).toContain("25.0 % after its lowest in epoch 4 (0.48 → 0.6)");
	});

	test("is not a rise by less than a tenth, nor one where the training loss rises too", () => {
		expect(kinds(runOf(train, [0.9, 0.6, 0.5, 0.48, 0.49, 0.5, 0.51, 0.52]))).toEqual(["fine"]);
		expect(kinds(runOf([1, 0.6, 0.4, 0.3, 0.4, 0.45], [0.9, 0.6, 0.5, 0.48, 0.5, 0.6]))).not.toContain("over-fitting");
	});

	test("is a gap of more than ten points of accuracy", () => {
		const withAccuracy = (trained: number, validated: number): RunEvent[] =>
			healthy.map((event) =>
				event.kind === "epoch" && event.validation !== null
					? { ...event, train: { ...event.train, accuracy: trained }, validation: { ...event.validation, accuracy: validated } }
					: event,
			);
		expect(kinds(withAccuracy(0.99, 0.85))).toEqual(["over-fitting"]);
		expect(evidence(withAccuracy(0.99, 0.85))).toContain("99.0 % in training and 85.0 % in validation");
		expect(kinds(withAccuracy(0.95, 0.9))).toEqual(["fine"]);
	});
});

describe("instability", () => {
	test("is a value that is no number", () => {
		const events: RunEvent[] = [...healthy, { kind: "nonFinite", step: 9, where: "loss", value: "NaN" }];
		expect(kinds(events)).toContain("instability");
		expect(evidence(events)).toBe("At step 9, loss became NaN.");
	});

	test("is spikes far above what is usual", () => {
		const spiky = healthy.map((event) => (event.kind === "step" && event.step % 15 === 0 ? { ...event, loss: 5 } : event));
		expect(kinds(spiky)).toEqual(["instability"]);
		// Steps 30, 45, 60 and 75: the first twenty say what is usual. Step 75 stands among losses of 0.284 and 0.285.
		expect(evidence(spiky)).toMatch(/^4 of 80 recorded steps .* the worst, step 75, 17\.5\d times \(5\)\.$/);
	});

	test("is not one spike, nor spikes of a loss that is nearly 0", () => {
		expect(kinds(healthy.map((event) => (event.kind === "step" && event.step === 50 ? { ...event, loss: 5 } : event)))).toEqual(["fine"]);
		const small = healthy.map((event) =>
			event.kind === "step" && event.step > 20 ? { ...event, loss: event.step % 7 === 0 ? 0.1 : 0.001 } : event,
		);
		expect(kinds(small)).toEqual(["fine"]);
	});

	test("is a training loss that ends above its beginning", () => {
		expect(kinds(runOf([1, 1.1, 1.4, 2], [1, 1.2, 1.4, 2.1]))).toEqual(["instability"]);
	});
});

describe("under-fitting and slow convergence", () => {
	test("a loss that hardly fell and is flat is under-fitting", () => {
		const events = runOf([1, 0.95, 0.93, 0.92, 0.92, 0.919, 0.919, 0.918], [1, 0.95, 0.94, 0.93, 0.93, 0.929, 0.929, 0.928]);
		expect(kinds(events)).toEqual(["under-fitting"]);
		expect(evidence(events)).toContain("from 1 at the start to 0.918, 8.2 % less");
	});

	test("a loss that still falls is slow convergence", () => {
		const events = runOf([1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6], [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6]);
		expect(kinds(events)).toEqual(["slow convergence"]);
		expect(evidence(events)).toContain("20.0 % over the last quarter of the epochs (0.75 → 0.6)");
	});

	test("the last hundredths of a solved task are not", () => {
		expect(kinds(runOf([1, 0.1, 0.01, 0.005, 0.004, 0.003, 0.002, 0.001], Array(8).fill(null)))).toEqual(["fine"]);
	});

	test("three epochs are too few to tell", () => {
		expect(kinds([startEvent(3), epochEvent(0, 1, 1), epochEvent(1, 0.8, 0.8), epochEvent(2, 0.6, 0.6)])).toEqual(["fine"]);
	});
});

describe("layers", () => {
	test("95 % zeros are dead units, half of them are not", () => {
		expect(kinds([...healthy, layersEvent(70, [1, 1], [0.1, 0.97])])).toEqual(["dead units"]);
		expect(evidence([...healthy, layersEvent(70, [1, 1], [0.1, 0.97])])).toContain("97.0 % of layer 2");
		expect(kinds([...healthy, layersEvent(70, [1, 1], [0.1, 0.5])])).toEqual(["fine"]);
	});

	test("a first layer with a ten-thousandth of the last one's gradient has lost it; one without any is frozen", () => {
		expect(kinds([...healthy, layersEvent(70, [1e-6, 0.1])])).toEqual(["vanishing gradients"]);
		expect(kinds([...healthy, layersEvent(70, [1e-3, 0.1])])).toEqual(["fine"]);
		expect(kinds([...healthy, layersEvent(70, [0, 0.1])])).toEqual(["fine"]);
	});

	test("only the second half of the records counts", () => {
		expect(kinds([...healthy, layersEvent(10, [1e-6, 0.1], [0, 1]), layersEvent(70, [0.1, 0.1])])).toEqual(["fine"]);
	});
});
