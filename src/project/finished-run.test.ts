/** Runs looked at again: with a test file, with leaks, by aliases, and before they are over. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import { keyFigures } from "../report/key-figures.ts";
import { reportText } from "../report/report-text.ts";
import { runReport } from "../report/run-report.ts";
import type { RunReportData } from "../report/run-report-data.ts";
import { openData } from "./data/open.ts";
import { prepareDataAgain } from "./data/prepare.ts";
import { reopenRun } from "./finished-run.ts";
import { reportData } from "./report-data.ts";
import { Session, type SessionOptions } from "./session.ts";

const parent = mkdtempSync(join(tmpdir(), "gradus-finished-"));
afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));

/** A table of `count` rows: y = 3 a + noise of another column, which is not read. */
function tableOf(name: string, count: number, offset = 0): string {
	const file = join(parent, name);
	const rows = Array.from({ length: count }, (_, i) => [(i * 37 + offset) % 101, (i * 13) % 7].join(","));
	writeFileSync(file, ["a,b,y", ...rows.map((row) => `${row},${3 * Number(row.split(",")[0]) + 1}`)].join("\n"));
	return file;
}

/** Trains to the end, or until so many epochs are done, and reopens. */
async function trained(given: object, options: SessionOptions & { readonly stopAfter?: number } = {}) {
	const { stopAfter = Number.POSITIVE_INFINITY, ...rest } = options;
	const controller = new AbortController();
	const session = await Session.start(parseRunConfig(given), { parent, signal: controller.signal, ...rest });
	let epochs = 0;
	for await (const event of session.run()) if (event.kind === "epoch" && ++epochs >= stopAfter) controller.abort();
	await session.close();
	return session.folder.path;
}

async function reopened(path: string): Promise<RunReportData> {
	const run = await reopenRun(path);
	try {
		return await reportData(run);
	} finally {
		await run.opened.close();
		await run.executor.close?.();
	}
}

test("a fault of the program is not taken for test data that is gone", async () => {
	const data = { source: tableOf("part.csv", 20), target: "y", task: "values", test: tableOf("part-test.csv", 10) } as const;
	const config = parseRunConfig({ ...small, data });
	const opened = await openData(config);
	const broken = { ...opened, prepare: async () => ({ input: null }) as never };
	await expect(prepareDataAgain(config, broken)).rejects.toThrow(TypeError);
	await opened.close();
});

const small = { model: "mlp:8x1", machine: { executor: "wasm" } } as const;
const seconds = 60_000;

test(
	"figures come from a test file where there is one, with its rows; once it is gone, from the validation part, which is said",
	async () => {
		const test = tableOf("test.csv", 23, 5);
		const data = { source: tableOf("train.csv", 80), target: "y", task: "values", test };
		const path = await trained({ ...small, data, training: { epochs: 2 } });
		const report = await reopened(path);
		expect([report.judged?.name, report.judged?.exampleCount, report.importance?.part, report.importance?.rowCount]).toEqual([
			...["test", 23, "test", 23],
		]);
		expect(report.data.parts).toEqual({ training: 64, validation: 16, test: 23 });
		expect(report.judged?.scores).toEqual(report.run.test?.scores);
		for (const { id, answer, input } of report.judged?.examples.shown ?? []) {
			const a = ((Number(id.replace("row ", "")) - 1) * 37 + 5) % 101;
			expect(answer.kind === "values" && answer.targets[0].actual).toBeCloseTo(3 * a + 1, 2);
			expect(input.kind === "cells" && Object.fromEntries(input.cells).a).toBe(String(a));
		}
		expect(runReport(report)).toContain("(test, 23 examples)");
		rmSync(test);
		const later = await reopened(path);
		expect(later.judged?.name).toBe("validation");
		expect(later.remarks.join("\n")).toMatch(/test data, .*test\.csv, cannot be read any more .*figures come from the validation part/);
	},
	seconds,
);

test(
	"what was decided before a run stands in its journal and in its report, and survives a resume",
	async () => {
		const data = { source: "iris" };
		const path = await trained({ ...small, data, training: { epochs: 6 } }, { remarks: ["Left out: z."], stopAfter: 2 });
		const session = await Session.resume(path);
		for await (const _ of session.run());
		await session.close();
		const report = await reopened(path);
		expect(report.run.remarks).toContainEqual({ kind: "remark", step: 0, text: "Left out: z." });
		expect(reportText(report)).toContain("- Left out: z.");
	},
	seconds,
);

test(
	"an unfinished run is judged by its best weights so far, on validation data alone, and says that it is not over",
	async () => {
		const path = await trained({ ...small, data: { source: "digits" }, training: { epochs: 50 } }, { stopAfter: 3 });
		const report = await reopened(path);
		expect(report.judged?.name).toBe("validation");
		const best = report.run.epochs.findLast((epoch) => epoch.best);
		expect(report.judged?.scores.loss).toBeCloseTo(best?.validation?.loss ?? Number.NaN, 6);
		expect(report.remarks).toContain(
			`The run is not over: the weights that are judged here are the best so far, of epoch ${(best?.epoch ?? 0) + 1}.`,
		);
		expect(runReport(report)).toContain("3 of 50 epochs");
		expect(report.run.epochs).toHaveLength(3);
	},
	seconds,
);

test(
	"scores that a config names by alias are recorded, watched and written under their own names",
	async () => {
		const data = { source: tableOf("alias.csv", 60), target: "y", task: "values" };
		const path = await trained({ ...small, data, metrics: ["rmse", "r2", "rmse"], training: { epochs: 3, monitor: "rmse" } });
		const report = await reopened(path);
		expect(report.run.start?.monitor).toEqual({ name: "rootMeanSquaredError", goal: "min" });
		const values = report.run.epochs.map(({ validation }) => validation?.rootMeanSquaredError ?? Number.NaN);
		expect(report.run.end?.bestEpoch).toBe(values.indexOf(Math.min(...values)));
		expect(keyFigures(report).slice(0, 3)).toMatchObject([{ name: "Root mean squared error" }, { name: "R²" }, { name: "Loss" }]);
		expect(reportText(report)).toContain("Root mean squared error, validation");
	},
	seconds,
);

test(
	"a report of data that has changed since says that its figures are not those of the run",
	async () => {
		const file = tableOf("changing.csv", 80);
		const path = await trained({ ...small, data: { source: file, target: "y", task: "values" }, training: { epochs: 8 } });
		const isSaid = (report: RunReportData): boolean => report.remarks.some((text) => text.startsWith("Scored again"));
		expect(isSaid(await reopened(path))).toBe(false);
		tableOf("changing.csv", 80, 50);
		expect(isSaid(await reopened(path))).toBe(true);
	},
	seconds,
);

test(
	"weights that fell apart before the first epoch was over are not judged",
	async () => {
		const data = { source: tableOf("apart.csv", 60), target: "y", task: "values" };
		const path = await trained({ ...small, data, optimizer: { sgd: { lr: 1e20 } }, schedule: null, training: { epochs: 3, batchSize: 4 } });
		const report = await reopened(path);
		expect([report.run.end?.reason, report.judged, report.importance]).toEqual(["not finite", null, null]);
		expect(runReport(report)).toContain("Training broke down at step");
	},
	seconds,
);
