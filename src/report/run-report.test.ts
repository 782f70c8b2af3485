/** Reports of constructed runs: their parts, their figures as stored pictures, hostile names, sizes. */
import { crc32, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { diagnose } from "./diagnosis/diagnose.ts";
import { encodePng } from "./html/png.ts";
import { classPart, endEvent, HOSTILE, healthy, layersEvent, reportOf, runOf, startEvent, stepEvent, valuePart } from "./report-fixture.ts";
import { reportText } from "./report-text.ts";
import { runReport } from "./run-report.ts";
import type { ClassOutcome, ImportanceReport, ValueOutcome } from "./run-report-data.ts";
import { classScores, commonConfusions } from "./sections/class-scores.ts";
import { calibrationFigure, confusionFigure } from "./sections/classes.ts";
import { epochTable, gradientNormFigure, scoreFigure } from "./sections/curves.ts";
import { examplesText } from "./sections/examples.ts";
import { importanceFigure } from "./sections/importance.ts";
import { agreementFigure, residualFigure } from "./sections/values.ts";

const withLayers = [...healthy, layersEvent(40, [0.1, 0.2]), layersEvent(80, [0.1, 0.2]), endEvent("finished")];
const classReport = reportOf(classPart, withLayers);
const valueReport = reportOf(valuePart, withLayers);
const outcome = classPart.outcome as ClassOutcome;
const [price] = (valuePart.outcome as ValueOutcome).targets;

const idsIn = (html: string): string[] => Array.from(html.matchAll(/<section id="([^"]+)"/g), ([, id]) => id);

describe("the HTML report", () => {
	test("has all sections of a classification and of a regression", () => {
		const common = ["findings", "remarks", "curves"];
		const rest = ["examples", "importance", "layers", "run"];
		expect(idsIn(runReport(classReport))).toEqual([...common, "classes", ...rest]);
		expect(idsIn(runReport(valueReport))).toEqual([...common, "values", ...rest]);
	});

	test("leaves out what a run has not", () => {
		const bare = { ...reportOf(null, []), importance: null, remarks: [], modelSummary: null };
		expect(idsIn(runReport(bare))).toEqual(["findings", "run"]);
		expect(reportText(bare)).toContain("No epoch was completed");
	});

	test("says what diagnosis found, and the facts of the run", () => {
		const html = runReport(classReport);
		for (const { evidence } of diagnose(classReport)) expect(html).toContain(evidence);
		for (const fact of ["2026-01-02 03:04 UTC", "1,234", "pets.csv", "wasm", "80.00 %", "Right on 8 of 10 validation examples (80.0 %)."])
			expect(html).toContain(fact);
	});

	test("runs nothing, fetches nothing and lets no name of the data be markup", () => {
		for (const html of [runReport(classReport), runReport(valueReport), runReport({ ...classReport, name: HOSTILE })]) {
			expect(html).not.toMatch(/<script|<iframe|\son[a-z]+=|javascript:/i);
			expect(html).toContain("&lt;script&gt;alert(&quot;1&quot;)");
			expect(html.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:\/\//);
			expect(html).not.toContain("\u001b");
		}
	});

	test("closes every element in its turn", () => {
		for (const html of [runReport(classReport), runReport(valueReport)]) {
			const open: string[] = [];
			const body = html.slice(html.indexOf("<body>"), html.indexOf("</html>")).replace(/<style>[^<]*<\/style>/g, "");
			for (const [, end, name, self] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g)) {
				if (end !== "") expect(open.pop()).toBe(name);
				else if (self === "" && !["img", "br"].includes(name)) open.push(name);
			}
			expect(open).toEqual([]);
		}
	});

	test("says of each figure from which examples it is", () => {
		const titles = Array.from(runReport(classReport).matchAll(/<title>([^<]*)<\/title>/g), ([, title]) => title);
		for (const title of ["Confusion matrix", "Calibration"]) expect(titles).toContain(`${title} (validation, 10 examples)`);
		expect(titles).toContain("Permutation importance (validation, 10 examples)");
		expect(runReport(valueReport)).toContain("<title>Errors in price (test, 3 examples)</title>");
	});

	test("says how many answers are wrong, or that none is and which were least sure", () => {
		expect(runReport(classReport)).toContain("2 of 10 answers are wrong (20.0 %). The one that was surest.");
		const none = { ...classPart, examples: { ...classPart.examples, kind: "least sure" as const, wrongCount: 0 } };
		expect(runReport(reportOf(none))).toContain("None of the 10 answers is wrong. Of these the model was least sure.");
		expect(runReport(reportOf(none))).toContain("<h2>The least sure answers");
		expect(runReport(valueReport)).toContain("The one of 3 predictions that is furthest from the truth.");
		const [shown] = valuePart.examples.shown;
		const two = { ...valuePart.examples, shown: [shown, shown] };
		expect(examplesText({ ...valuePart, examples: two })).toBe("The 2 of 3 predictions that are furthest from the truth.");
		expect(examplesText({ ...valuePart, exampleCount: 1 })).toBe("The only prediction.");
	});

	test("says in points how much a share gets worse, in figure and table", () => {
		// The column "area" costs 0.1 of the accuracy.
		expect(runReport(classReport)).toContain("10.00 points");
		expect(importanceFigure(classReport.importance as ImportanceReport, classReport.scores)).toContain("percentage p");
		expect(reportText(classReport)).toContain("10.00 points");
	});

	test("of a run without epochs shows the losses of batches, and says how far it came", () => {
		const young = reportOf(null, [startEvent(40), stepEvent(1, 2), stepEvent(2, 1.5)]);
		const html = runReport(young);
		for (const text of ["Not over yet.", "unfinished", "0 of 40 epochs, step 2 of 400", "<h2>Training so far", "Loss of the batches"])
			expect(html).toContain(text);
		expect(reportText(young)).toContain("Loss of the batches");
	});

	test("of an interrupted run judges so far, and of a broken one says where", () => {
		expect(runReport(reportOf(classPart, [...healthy, endEvent("interrupted")]))).toContain("So far right on 8 of 10");
		const broken = reportOf(null, [startEvent(4), stepEvent(1, 2), { kind: "nonFinite", step: 2, where: "loss", value: "NaN" }]);
		expect(runReport(broken)).toContain("Training broke down at step 2: loss became NaN.");
	});

	test("has a column for the first, the best and the last epoch and a row for each score", () => {
		const report = reportOf(classPart, runOf([1, 0.5, 0.4, 0.3], [1, 0.4, 0.5, 0.6]));
		expect(epochTable(report)).toEqual([
			["", "epoch 1", "epoch 2, best", "epoch 4"],
			["Loss, training", "1", "0.5", "0.3"],
			["Loss, validation", "1", "0.4", "0.6"],
		]);
	});

	test("stays below 1.5 MB with many classes, steps, layers and long names", () => {
		const count = 300;
		const classes = Array.from({ length: count }, (_, k) => `class ${k} ${"x".repeat(60)}`);
		const many: ClassOutcome = {
			kind: "classes",
			classes,
			confusion: classes.map(() => new Int32Array(count).fill(1)),
			calibration: null,
			logLoss: null,
		};
		const steps = Array.from({ length: 2000 }, (_, i) => ({ ...(healthy[1] as object), step: i + 1, gradNorm: 1 + (i % 7) }));
		const image = { kind: "image", width: 80, height: 80, channels: 3, pixels: new Float32Array(80 * 80 * 3) } as const;
		const shown = Array.from({ length: 16 }, () => ({ ...classPart.examples.shown[0], input: image }));
		const events = [healthy[0], ...(steps as typeof healthy), ...healthy.filter(({ kind }) => kind === "epoch")];
		const html = runReport(reportOf({ ...classPart, outcome: many, examples: { ...classPart.examples, shown } }, events));
		expect(html.length).toBeLessThan(1.5e6);
	});
});

describe("figures of reports", () => {
	const withAccuracy = reportOf(
		classPart,
		healthy.map((event) => (event.kind === "epoch" ? { ...event, train: { ...event.train, accuracy: 1 - event.train.loss / 2 } } : event)),
	);
	const pictures = {
		loss: () => scoreFigure(classReport, "loss"),
		"gradient-norm": () => gradientNormFigure(classReport.run),
		accuracy: () => scoreFigure(withAccuracy, "accuracy"),
		confusion: () => confusionFigure(outcome, classPart),
		calibration: () => (outcome.calibration === null ? "" : calibrationFigure(outcome.calibration, classPart)),
		agreement: () => agreementFigure(price, valuePart),
		residuals: () => residualFigure(price, valuePart),
		importance: () => (classReport.importance === null ? "" : importanceFigure(classReport.importance, classReport.scores)),
	};
	test.each(Object.entries(pictures))("%s is the stored picture", async (name, draw) => {
		await expect(draw()).toMatchFileSnapshot(`snapshots/${name}.svg`);
	});
});

describe("the report in words", () => {
	const texts = [classReport, valueReport, { ...classReport, name: HOSTILE }].map(reportText);

	test("keeps to 100 characters a line and sends nothing to the terminal but text", () => {
		for (const text of texts) {
			for (const line of text.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(100);
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there
			expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
		}
	});

	test("has the same parts", () => {
		for (const title of ["Diagnosis", "Training", "Remarks", "Confusion matrix", "By class", "Calibration", "Wrong answers", "Importance"])
			expect(texts[0]).toContain(`\n${title}`);
		expect(texts[1]).toContain("\nErrors (test, 3 examples)");
		expect(texts[1]).toContain("row 3");
	});
});

describe("scores by class", () => {
	test("are ratios of the confusion matrix", () => {
		const [cat, dog, last] = classScores(outcome);
		expect(cat).toMatchObject({ precision: 1, recall: 0.8, count: 5 });
		expect(cat.f1).toBeCloseTo(8 / 9, 12);
		expect(dog).toMatchObject({ precision: 0.6, recall: 1, f1: 0.75, count: 3 });
		expect(last).toMatchObject({ precision: 1, recall: 0.5, count: 2 });
	});

	test("are undefined for a class that never occurs, and mistakes come most frequent first", () => {
		const matrix = [
			[0, 0],
			[3, 1],
		];
		const two: ClassOutcome = { kind: "classes", classes: ["a", "b"], confusion: matrix, calibration: null, logLoss: null };
		expect(classScores(two)[0]).toMatchObject({ precision: 0, recall: Number.NaN, f1: 0, count: 0 });
		expect(commonConfusions(two, 5)).toEqual([{ actual: "b", predicted: "a", count: 3, share: 0.75 }]);
	});
});

describe("PNG", () => {
	test.each([
		{ width: 3, height: 2, channels: 1 },
		// Longer than one stored block.
		{ width: 200, height: 120, channels: 3 },
	] as const)("of $width × $height × $channels holds what zlib reads back, with right checksums", ({ width, height, channels }) => {
		const bytes = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7) % 256);
		const png = Buffer.from(encodePng({ width, height, channels, bytes }));
		expect(png.subarray(0, 8).toString("latin1")).toBe("\u0089PNG\r\n\u001a\n");
		const found: Record<string, Buffer> = {};
		for (let at = 8; at < png.length; ) {
			const length = png.readUInt32BE(at);
			const body = png.subarray(at + 4, at + 8 + length);
			expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
			found[body.toString("latin1", 0, 4)] = body.subarray(4);
			at += 12 + length;
		}
		expect([found.IHDR.readUInt32BE(0), found.IHDR.readUInt32BE(4), found.IHDR[9]]).toEqual([width, height, channels === 1 ? 0 : 2]);
		const lines = inflateSync(found.IDAT);
		const lineLength = width * channels + 1;
		const pixels = Array.from({ length: height }, (_, y) => lines.subarray(y * lineLength + 1, (y + 1) * lineLength));
		expect(Buffer.concat(pixels).equals(Buffer.from(bytes))).toBe(true);
	});
});
