/** Runs of the built-in data, trained for a moment, as reports see them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import { createWasmExecutor } from "../executors/index.ts";
import { runReport } from "../report/run-report.ts";
import type { ClassOutcome } from "../report/run-report-data.ts";
import type { RunEvent } from "../runs/events.ts";
import { assemble } from "./assemble.ts";
import { openData } from "./data/open.ts";
import { displayImage } from "./display-image.ts";
import { evaluateParts } from "./finished-run.ts";
import { columnGroups, reportData } from "./report-data.ts";
import { splitOf } from "./split.ts";

const executor = createWasmExecutor();
const folder = mkdtempSync(join(tmpdir(), "gradus-report-data-"));
afterAll(async () => {
	await executor.close?.();
	rmSync(folder, { recursive: true, force: true });
});

async function reported(given: object) {
	const config = parseRunConfig(given);
	const opened = await openData(config);
	const data = await opened.prepare(splitOf(config, opened));
	const assembly = assemble(config, data, executor);
	const events: RunEvent[] = [];
	for await (const event of assembly.trainer.run()) events.push(event);
	const run = { path: "runs/one", config, opened, data, assembly, events, evaluations: await evaluateParts(assembly, data) };
	return { run, report: await reportData(run) };
}

const seconds = 60_000;

test(
	"a table's run is judged on its validation part, with cells as the table has them and importance by column",
	async () => {
		const { run, report } = await reported({ data: { source: "iris" }, model: "mlp:8x1", training: { epochs: 3 } });
		const { judged, importance } = report;
		expect(report.name).toBe("one");
		expect(report.data.parts).toEqual({ training: 120, validation: 30 });
		expect([judged?.name, judged?.exampleCount]).toEqual(["validation", 30]);
		expect(judged?.scores).toEqual(run.evaluations.validation?.scores);
		const outcome = judged?.outcome as ClassOutcome | undefined;
		expect(outcome?.confusion.map((row) => Array.from(row).reduce((a, b) => a + b))).toEqual([10, 10, 10]);
		const names = run.data.input.kind === "table" ? run.data.input.preprocessor.inputs.map(({ name }) => name) : [];
		expect(names).toHaveLength(4);
		expect(importance?.columns.map(({ name }) => name).sort()).toEqual([...names].sort());
		// The first cells are those of the most important column.
		const input = judged?.examples.shown[0].input;
		expect(input?.kind === "cells" && input.cells[0][0]).toBe(importance?.columns[0].name);
		expect(runReport(report).length).toBeLessThan(1.5e6);
		expect((await reportData(run)).importance).toEqual(importance);
	},
	seconds,
);

test(
	"an image run shows wrong answers alone, the surest first, of the test part where there is one",
	async () => {
		const { report } = await reported({ data: { source: "digits", test: 0.1 }, model: "mlp:16x1", training: { epochs: 1 } });
		expect(report.judged?.name).toBe("test");
		expect(report.importance).toBeNull();
		const { kind, wrongCount = 0, shown = [] } = report.judged?.examples ?? {};
		const outcome = report.judged?.outcome as ClassOutcome;
		const right = outcome.confusion.reduce((sum, row, k) => sum + row[k], 0);
		expect([kind, wrongCount]).toEqual(["wrong", (report.judged?.exampleCount ?? 0) - right]);
		expect(shown).toHaveLength(Math.min(16, wrongCount));
		for (const { answer } of shown) expect(answer.kind === "class" && answer.actual !== answer.predicted).toBe(true);
		const confidences = shown.map(({ answer }) => (answer.kind === "class" ? (answer.confidence ?? Number.NaN) : Number.NaN));
		expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
		expect(shown[0].input).toMatchObject({ kind: "image", width: 8, height: 8, channels: 1 });
		expect(report.scores).toEqual({ accuracy: { unit: "share", goal: "max" } });
		expect(report.layerKinds["0"]).toBe("flatten");
	},
	seconds,
);

test(
	"cells and row numbers survive rows without target, and importance finds the column that decides",
	async () => {
		const rows = Array.from({ length: 80 }, (_, i) => ({ id: `r${i}`, a: i, noise: (i * 37) % 11, y: i % 9 === 4 ? null : 3 * i + 1 }));
		const file = join(folder, "rows.csv");
		writeFileSync(file, ["id,a,noise,y", ...rows.map(({ id, a, noise, y }) => `${id},${a},${noise},${y ?? ""}`)].join("\n"));
		const config = {
			data: { source: file, target: "y", task: "values", exclude: ["id"], missingTarget: "drop" },
			model: "mlp:16x1",
			optimizer: { adamW: { lr: 0.02 } },
			training: { epochs: 40, batchSize: 16 },
		};
		const { report } = await reported(config);
		expect(report.importance?.columns[0].name).toBe("a");
		expect(report.judged?.examples.kind).toBe("largest errors");
		for (const { id, answer, input } of report.judged?.examples.shown ?? []) {
			const row = rows[Number(id.replace("row ", "")) - 1];
			expect(answer.kind === "values" && answer.targets[0].actual).toBeCloseTo(row.y ?? Number.NaN, 3);
			expect(input.kind === "cells" && Object.fromEntries(input.cells)).toEqual({ a: String(row.a), noise: String(row.noise) });
		}
	},
	seconds,
);

test(
	"a column that gives the target away and was kept is named among the remarks",
	async () => {
		const file = join(folder, "leak.csv");
		const rows = Array.from({ length: 120 }, (_, i) => [(i * 37) % 101, i % 3, ["x", "y", "z"][i % 3]].join(","));
		writeFileSync(file, ["a,copy,kind", ...rows].join("\n"));
		const { report } = await reported({ data: { source: file, target: "kind" }, model: "mlp:8x1", training: { epochs: 1 } });
		const leak = report.remarks.find((text) => text.includes('"copy" alone predicts "kind"'));
		expect(leak).toContain("It was kept: the model may look better than it is.");
	},
	seconds,
);

test("all features of a column move together", () => {
	const inputs = [{ name: "size", kind: "numeric", temporal: false, fill: 0, steps: [{ transform: "none", state: {} }] }] as const;
	expect(columnGroups({ inputs })).toEqual([{ name: "size", features: [0] }]);
});

describe("images to look at", () => {
	test("go from black to white, channels last", () => {
		const image = displayImage([-1, 1, 0, 1, -1, -1], [3, 1, 2]);
		expect({ ...image, pixels: Array.from(image.pixels) }).toEqual({
			kind: "image",
			width: 2,
			height: 1,
			channels: 3,
			pixels: [0, 0.5, 0, 1, 1, 0],
		});
	});

	test("are averaged down if they are large, and grey if they are empty", () => {
		const large = displayImage(
			Float32Array.from({ length: 160 * 100 }, (_, i) => Math.floor((i % 160) / 2)),
			[1, 100, 160],
		);
		expect([large.width, large.height]).toEqual([80, 50]);
		expect(large.pixels[1]).toBeCloseTo(1 / 79, 6);
		expect(Array.from(displayImage([3, 3], [1, 1, 2]).pixels)).toEqual([0.5, 0.5]);
	});
});
