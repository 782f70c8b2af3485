import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { makeTable } from "./make-table.ts";
import { processMemory } from "./process-memory.ts";
import { watchRun } from "./watch-run.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-large-csv-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const MB = 1e6;

describe.runIf(process.platform === "linux")("a table that is streamed", () => {
	function memoryFor(bytes: number): { opened: number; held: number; rowCount: number } {
		const file = join(folder, "streamed.csv");
		makeTable(file, { bytes });
		const program = fileURLToPath(new URL("./stream-program.ts", import.meta.url));
		const args = ["--conditions=gradus-source", "--expose-gc", program, file, "outcome"];
		return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
	}

	it("takes no more memory where the file is larger", () => {
		const [small, large] = [memoryFor(18 * MB), memoryFor(36 * MB)];
		expect(large.rowCount).toBeGreaterThan(1.9 * small.rowCount);
		// In memory, the 18 MB more would be over 40 MB more: cells, those of a part, and features. Here they are 8 bytes a row: numbers of rows.
		expect((large.held - small.held) / MB).toBeLessThan(5);
		// DuckDB has a limit of 400 MB, which is all that opening may come to besides Node itself, whatever the file.
		expect(large.opened / MB).toBeLessThan(600);
	});
});

describe("the made table", () => {
	const [file, columnCount] = [join(folder, "made.csv"), 12];
	const made = makeTable(file, { bytes: 0.2 * MB, columnCount });
	const text = readFileSync(file, "utf8");
	const [header, ...rows] = text.trimEnd().split("\n");

	it("has the rows and columns that it says, with missing cells", () => {
		expect(rows.length).toBe(made.rowCount);
		expect(new Set([header, ...rows].map((row) => row.split(",").length))).toEqual(new Set([columnCount]));
		const missing = rows.filter((row) => row.split(",")[5] === "").length;
		// 10 % ± five standard deviations.
		expect(Math.abs(missing - 0.1 * rows.length)).toBeLessThan(5 * Math.sqrt(0.09 * rows.length));
	});

	it("is the same again for the same seed, another for another", () => {
		const again = (seed: number): string => {
			makeTable(file, { bytes: 0.2 * MB, columnCount, seed });
			return readFileSync(file, "utf8");
		};
		expect(again(1) === text).toBe(true);
		expect(again(2) === text).toBe(false);
	});

	it("can be predicted better than by its most frequent class, yet not with certainty", () => {
		const counts = Map.groupBy(rows, (row) => row.slice(row.lastIndexOf(",") + 1));
		const most = Math.max(...[...counts.values()].map(({ length }) => length)) / rows.length;
		expect(counts.size).toBe(3);
		expect(made.best.accuracy).toBeGreaterThan(most + 0.1);
		expect(made.best.accuracy).toBeLessThan(0.95);
	});
});

describe.runIf(process.platform === "linux")("watching a run", () => {
	it("tells phases by the lines that begin them, and sees memory that was given back since", async () => {
		const program = `const all = Buffer.alloc(200e6, 1); console.log("half", all.length); setTimeout(() => console.error("end"), 300);`;
		const run = await watchRun({ args: ["--eval", program], firstPhase: "start", phaseOf: (line) => line.split(" ")[0] });
		expect(run.phases.map(({ name }) => name)).toEqual(["start", "half", "end"]);
		expect(run.phases[1].seconds).toBeGreaterThan(0.2);
		expect(run.peakMemory).toBeGreaterThan(200 * MB);
		expect(run.output).toEqual(["half 200000000"]);
	});

	it("says what a program wrote that failed", async () => {
		const args = ["--eval", `console.error("out of luck"); process.exit(3)`];
		await expect(watchRun({ args, firstPhase: "", phaseOf: () => undefined })).rejects.toThrow(/ended with 3:\nout of luck/);
	});

	it("counts the memory of a process that is there, and none of one that is not", () => {
		expect(processMemory(process.pid)?.now).toBeGreaterThan(10 * MB);
		expect(processMemory(2 ** 30)).toBeNull();
	});
});
