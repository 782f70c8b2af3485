/** A constructed run for each thing that can be wrong, and one where nothing is. */
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../runs/events.ts";
import {
	classesOf,
	classPart,
	endEvent,
	epochEvent,
	healthy,
	layersEvent,
	reportOf,
	runOf,
	startEvent,
	stepEvent,
	valuePart,
} from "../report-fixture.ts";
import type { JudgedPart, RunReportData } from "../run-report-data.ts";
import { diagnose } from "./diagnose.ts";
import type { Finding, FindingKind } from "./finding.ts";

/** A run that is over, judged well; of so many examples for training and for validation. */
function found(events: readonly RunEvent[], { judged = classPart, n = 100 }: { judged?: JudgedPart | null; n?: number } = {}): Finding[] {
	const report = reportOf(judged, [...events, endEvent("finished")]);
	const data: RunReportData["data"] = { ...report.data, parts: { training: n, validation: n } };
	return diagnose({ ...report, data });
}
const kinds = (...given: Parameters<typeof found>): FindingKind[] => found(...given).map(({ kind }) => kind);
const evidence = (...given: Parameters<typeof found>): string => found(...given)[0].evidence;

test("a healthy run is fine, and so is one without validation", () => {
	expect(kinds(healthy)).toEqual(["fine"]);
	expect(kinds(runOf([1, 0.6, 0.4, 0.32, 0.3, 0.29, 0.285, 0.284], Array(8).fill(null)))).toEqual(["fine"]);
	expect(evidence(healthy)).toContain("0.331");
});

test("a run without an epoch, or an unfinished one of a few, is too young to tell", () => {
	expect(diagnose(reportOf(null, []))[0].kind).toBe("too early to tell");
	expect(evidence([startEvent(3), stepEvent(1, 2)])).toContain("No epoch");
	const three = [startEvent(30), epochEvent(0, 1, 1), epochEvent(1, 2, 2), epochEvent(2, 3, 3)];
	expect(diagnose(reportOf(classPart, three)).map(({ kind }) => kind)).toEqual(["too early to tell"]);
	expect(kinds(three)).toEqual(["divergence"]);
});

test("a run that few examples judged is said to be so", () => {
	expect(found(healthy, { judged: { ...classPart, exampleCount: 49 } })[0].advice).toContain("Only 49 examples judged it");
	expect(found(healthy, { judged: { ...classPart, exampleCount: 50 } })[0].advice).toBe("Nothing needs to change.");
});

describe("over-fitting", () => {
	const train = [1, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02];

	test("is a validation loss that rises while the training loss falls", () => {
		const events = runOf(train, [0.9, 0.6, 0.5, 0.48, 0.5, 0.55, 0.6, 0.6]);
		expect(kinds(events)).toEqual(["over-fitting"]);
		expect(evidence(events)).toContain("25.0 % after its lowest in epoch 4 (0.48 → 0.6)");
	});

	test("is not a rise that chance on so few examples makes as well: two times 1 / √n", () => {
		// 25 %: chance is ± 25.8 % on 60 examples, ± 24.8 % on 65.
		const events = runOf(train, [0.9, 0.6, 0.5, 0.48, 0.5, 0.55, 0.6, 0.6]);
		expect(kinds(events, { n: 60 })).toEqual(["fine"]);
		expect(kinds(events, { n: 65 })).toEqual(["over-fitting"]);
		expect(evidence(events, { n: 100 })).toContain("Chance on 100 examples is about ± 20 %");
	});

	test("is not a rise by less than a tenth, nor one where the training loss rises too", () => {
		expect(kinds(runOf(train, [0.9, 0.6, 0.5, 0.48, 0.49, 0.5, 0.51, 0.52]))).toEqual(["fine"]);
		expect(kinds(runOf([1, 0.6, 0.4, 0.3, 0.4, 0.45], [0.9, 0.6, 0.5, 0.48, 0.5, 0.6]))).not.toContain("over-fitting");
	});

	const withAccuracy = (trained: number, validated: number): RunEvent[] =>
		healthy.map((event) =>
			event.kind === "epoch" && event.validation !== null
				? { ...event, train: { ...event.train, accuracy: trained }, validation: { ...event.validation, accuracy: validated } }
				: event,
		);

	test("is a gap of more than ten points of accuracy", () => {
		expect(kinds(withAccuracy(0.99, 0.85))).toEqual(["over-fitting"]);
		expect(evidence(withAccuracy(0.99, 0.85))).toContain("99.0 % in training and 85.0 % in validation");
		expect(evidence(withAccuracy(0.99, 0.85))).toContain("14.0 points apart");
		expect(kinds(withAccuracy(0.95, 0.9))).toEqual(["fine"]);
	});

	test("is not a gap that two standard errors of so few examples hold", () => {
		// Laplace's rates on 30 examples are (0.9 · 30 + 1) / 32 = 0.875 and (0.75 · 30 + 1) / 32 = 0.734: 2 · √(0.1094 + 0.1951) / √30 = 0.2015.
		expect(kinds(withAccuracy(0.9, 0.75), { n: 30 })).toEqual(["fine"]);
		expect(kinds(withAccuracy(0.9, 0.75), { n: 100 })).toEqual(["over-fitting"]);
		expect(kinds(withAccuracy(0.99, 0.75), { n: 30 })).toEqual(["over-fitting"]);
	});

	test("asks metrics for their unit and not for their name", () => {
		const events = withAccuracy(0.99, 0.85);
		const report = reportOf(classPart, [...events, endEvent("finished")]);
		const named = (unit: "share" | "none"): FindingKind[] =>
			diagnose({ ...report, scores: { accuracy: { unit, goal: "max" } } }).map(({ kind }) => kind);
		expect([named("share"), named("none")]).toEqual([["over-fitting"], ["fine"]]);
	});
});

describe("nothing learnt", () => {
	const flat = runOf([0.7, 0.66, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65], Array(8).fill(0.66));
	const byHeart = runOf([0.7, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02], [0.7, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2]);

	test("is a network at or below the rate of the commonest class, whatever its curves say", () => {
		const judged = classesOf([
			[5, 2],
			[3, 2],
		]);
		expect(kinds(flat, { judged })).toEqual(["nothing learnt"]);
		expect(kinds(byHeart, { judged })).toEqual(["nothing learnt"]);
		expect(evidence(flat, { judged })).toContain(
			"7 of 12 validation examples are answered rightly (58.3 %); always answering “a” is right on 7 (58.3 %)",
		);
		expect(evidence(flat, { judged })).toContain("So few examples say little");
		expect(evidence(flat, { judged })).not.toContain("by heart");
		expect(evidence(byHeart, { judged })).toContain("from 0.7 to 0.02: the training examples were learnt by heart");
	});

	test("is not a network whose probabilities tell more than the classes' shares, as of a rare class", () => {
		const matrix = [
			[95, 0],
			[5, 0],
		];
		// −0.95 ln 0.95 − 0.05 ln 0.05 = 0.1985
		expect(kinds(healthy, { judged: classesOf(matrix, 0.19) })).toEqual(["fine"]);
		expect(kinds(healthy, { judged: classesOf(matrix, 0.2) })).toEqual(["nothing learnt"]);
	});

	test("is a rate that chance explains where probabilities are worse than the classes' shares, but only of enough examples", () => {
		// 54 of 100 against 50: Wilson's interval is 44.3 % to 63.4 %; 540 of 1000: 50.9 % to 57.1 %.
		const matrix = (k: number): number[][] => [
			[27 * k, 23 * k],
			[23 * k, 27 * k],
		];
		expect(kinds(healthy, { judged: classesOf(matrix(1), 0.8) })).toEqual(["fine"]);
		expect(kinds(healthy, { judged: classesOf(matrix(3), 0.8) })).toEqual(["nothing learnt"]);
		expect(kinds(healthy, { judged: classesOf(matrix(10), 0.8) })).toEqual(["fine"]);
	});

	test("is a regression that is no better than the mean", () => {
		const values = (predicted: readonly number[]): JudgedPart => ({
			...valuePart,
			outcome: { kind: "values", targets: [{ name: "price", predicted, actual: [1, 2, 3], bias: 0, deviation: 1 }] },
		});
		expect(kinds(healthy, { judged: values([3, 2, 1]) })).toEqual(["nothing learnt"]);
		// Errors of 2, 0 and 2: √(8/3) = 1.633; of the mean √(2/3) = 0.8165.
		expect(evidence(healthy, { judged: values([3, 2, 1]) })).toContain("for price 1.633 against 0.8165");
		expect(kinds(healthy, { judged: values([1, 2, 2.9]) })).toEqual(["fine"]);
	});
});

describe("divergence", () => {
	test("is a value that is no number", () => {
		const events: RunEvent[] = [...healthy, { kind: "nonFinite", step: 9, where: "loss", value: "NaN" }];
		expect(kinds(events)).toEqual(["divergence"]);
		expect(evidence(events)).toBe("At step 9, loss became NaN.");
	});

	test("is a training loss that ends above its beginning, and nothing else is said then of what was learnt", () => {
		const judged = classesOf([
			[1, 1],
			[1, 1],
		]);
		expect(kinds(runOf([1, 1.1, 1.4, 2], [1, 1.2, 1.4, 2.1]), { judged })).toEqual(["divergence"]);
	});

	test("is a loss far above that of the first step, where the first epoch holds the jump already", () => {
		const events = runOf([500, 40, 40, 40], [500, 40, 40, 40]).map((event) =>
			event.kind === "step" && event.step === 1 ? { ...event, loss: 2.7 } : event,
		);
		expect(kinds(events)).toEqual(["divergence"]);
		expect(evidence(events)).toBe("The training loss was 2.7 in the first step and is 40 in the last epoch.");
	});

	test("is a validation loss that is no number though training goes on", () => {
		expect(kinds(runOf([1, 0.9, 0.8, 0.8], [1, 0.9, Number.NaN, Number.NaN]))).toEqual(["divergence"]);
	});
});

describe("a loss below 0, as a log-density may be,", () => {
	const falling = [-1, -1.4, -1.7, -1.9, -2, -2.05, -2.07, -2.08];

	test("is not judged by ratios, which it does not have", () => {
		// 1.2 times −1 is −1.2 and lies below −1: "above" would hold of what hardly moved.
		for (const train of [falling, [...falling].fill(-1), [0, ...falling.slice(1)]]) {
			expect(kinds(runOf(train, train))).not.toContain("divergence");
			expect(kinds(runOf(train, train))).not.toContain("instability");
		}
	});
});

describe("instability", () => {
	test("is a loss that blew up and came back", () => {
		const jumped = healthy.map((event) => (event.kind === "step" && event.step === 3 ? { ...event, loss: 250 } : event));
		expect(kinds(jumped)).toEqual(["instability"]);
		expect(evidence(jumped)).toBe("The loss of a batch rose from 1 at step 1 to 250 at step 3, 250 times as much.");
	});

	test("is not a last batch of a few examples that jumps by chance", () => {
		const jumpy = healthy.map((event) =>
			event.kind === "step" && event.step % 10 === 0 && event.step > 40 ? { ...event, loss: 5 } : event,
		);
		expect(kinds(jumpy)).toEqual(["instability"]);
		// 94 examples in batches of 10: the tenth holds 4.
		expect(kinds(jumpy.map((event) => (event.kind === "start" ? { ...event, exampleCount: 94 } : event)))).toEqual(["fine"]);
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
});

describe("under-fitting and slow convergence", () => {
	test("a loss that hardly fell and is flat is under-fitting", () => {
		const events = runOf([1, 0.95, 0.93, 0.92, 0.92, 0.919, 0.919, 0.918], [1, 0.95, 0.94, 0.93, 0.93, 0.929, 0.929, 0.928]);
		expect(kinds(events)).toEqual(["under-fitting"]);
		expect(evidence(events)).toContain("fell from 1 at the start to 0.918, by 8.2 %");
	});

	test("a loss that rose a little did not fall", () => {
		const events = runOf([1, 1.03, 1.02, 1.02, 1.02, 1.02, 1.02, 1.02], Array(8).fill(1));
		expect(evidence(events)).toContain("did not fall: it went from 1 at the start to 1.02");
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
		expect(evidence([...healthy, layersEvent(70, [1, 1], [0.1, 0.97])])).toContain("97.0 % of layer 2 linear");
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
