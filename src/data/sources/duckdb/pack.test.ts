import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readFileHead } from "../files/csv-scan.ts";
import { locateTable } from "../files/locate.ts";
import { categories, numbers, opened, rejection, temporaryFile, temporaryFolder, texts } from "../fixture.ts";
import type { CellOptions } from "../source.ts";
import { type Engine, openEngine } from "./engine.ts";
import { csvRelation } from "./relation.ts";
import { scanRelation } from "./scan.ts";

/** The scan looks at 500 rows before it packs. */
const rowCount = 700;

/** Every kind of column, and columns that are another kind than their first rows look. */
const cells: Readonly<Record<string, (row: number) => string | number>> = {
	number: (row) => row / 8,
	numberWithGaps: (row) => (row % 7 === 0 ? "" : row % 11 === 0 ? "NaN" : -row),
	spelling: (row) => (row % 2 === 0 ? "1.0" : "1"),
	date: (row) => `2020-01-${String(1 + (row % 28)).padStart(2, "0")}`,
	truth: (row) => (row % 3 === 0 ? "True" : "false"),
	name: (row) => ["red", "green", ""][row % 3],
	text: (row) => `text ${row}`,
	lateName: (row) => (row < 600 ? `00${row % 5}` : "late"),
	lateText: (row) => (row < 600 ? row : `text ${row}`),
	lateDate: (row) => (row < 600 ? `2020-01-0${1 + (row % 5)}` : "unknown"),
	lateNumber: (row) => (row < 600 ? "" : row),
	coded: (row) => (row % 5 === 0 ? -999 : row),
	empty: () => "",
};

function text(columns: typeof cells): string {
	const lines = Array.from({ length: rowCount }, (_, row) => Object.values(columns).map((cell) => cell(row)));
	return [Object.keys(columns), ...lines].map((line) => line.join(",")).join("\n");
}

async function scan(options: CellOptions & { pack: boolean }, change: Partial<Engine> = {}) {
	const engine = { ...(await openEngine()), ...change };
	onTestFinished(() => engine.close());
	const file = await locateTable(temporaryFile("table.csv", text(cells)));
	const dialect = { file, delimiter: ",", encoding: "utf-8" } as const;
	const relation = csvRelation(file, await readFileHead(dialect, {}), { ...dialect, missing: options.missing });
	const found = await scanRelation(engine, relation, options);
	return { from: found.from, relation, facts: found.columns.map(({ stored, ...facts }) => ({ name: stored.name, ...facts })) };
}

describe("a packed table", () => {
	it.each<[string, CellOptions]>([
		["as it is", {}],
		["with a text for missing that is a number", { missing: ["-999"] }],
		["with kinds that were asked for", { types: { number: "nominal", spelling: "text", lateDate: "text" } }],
		["with cells that do not fit the kind asked for", { types: { lateText: "numeric" } }],
	])("is told to hold the same as its text: %s", async (_, options) => {
		const packed = await scan({ ...options, pack: true });
		expect(packed.from).toMatch(/^read_parquet/);
		expect(packed.facts).toEqual((await scan({ ...options, pack: false })).facts);
	});
});

it("a table that the disk has no room for is read as it is", async () => {
	const found = await scan({ pack: true }, { temporaryFile: async () => join(temporaryFolder(), "gone", "packed.parquet") });
	expect(found.from).toBe(found.relation.from);
	expect(found.facts).toEqual((await scan({ pack: false })).facts);
});

describe("a large text file", () => {
	/** Enough to be packed. */
	const large = 17e6;

	/** The table over and over, `number` counting on. */
	function largeFile(): { path: string; rows: number } {
		const columns = { number: cells.number, numberWithGaps: cells.numberWithGaps, name: cells.name, text: cells.text };
		const path = join(temporaryFolder(), "large.csv");
		const lines: string[] = [Object.keys(columns).join(",")];
		for (let [length, row] = [0, 0]; length < large; row++) {
			const line = Object.values(columns)
				.map((cell) => cell(row))
				.join(",");
			length += line.length + 1;
			lines.push(line);
		}
		writeFileSync(path, lines.join("\n"));
		return { path, rows: lines.length - 1 };
	}

	it("is read but once, in its order, with word of how far that is", async () => {
		const { path, rows } = largeFile();
		const shares: number[] = [];
		const source = await opened(path, { onProgress: (share) => shares.push(share) });
		rmSync(path);
		expect(source.rowCount).toBe(rows);
		const table = await source.read();
		expect(numbers(table, "number").every((value, row) => value === row / 8)).toBe(true);
		expect(numbers(table, "numberWithGaps").slice(0, 12)).toEqual([NaN, -1, -2, -3, -4, -5, -6, NaN, -8, -9, -10, NaN]);
		expect(categories(table, "name").slice(-3 - (rows % 3), rows - (rows % 3))).toEqual(["red", "green", null]);
		expect(texts(table, "text")[rows - 1]).toBe(`text ${rows - 1}`);
		expect(shares.every((share, i) => share >= (shares[i - 1] ?? 0) && share <= 1)).toBe(true);
	});

	it("leaves no temporary file behind, closed or broken", async () => {
		const { path } = largeFile();
		const folder = temporaryFolder();
		const before = process.env.TMPDIR;
		process.env.TMPDIR = folder;
		onTestFinished(() => void (before === undefined ? delete process.env.TMPDIR : (process.env.TMPDIR = before)));
		const source = await opened(path);
		await source.close();
		writeFileSync(path, "1,2,3,4,5,6\n", { flag: "a" });
		expect((await rejection(opened(path))).message).toMatch(/the row has too many cells/);
		expect(readdirSync(folder)).toEqual([]);
	});
});
