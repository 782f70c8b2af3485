import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import type { Table } from "../table.ts";
import { trimSpaces } from "./cells.ts";
import { temporaryFile } from "./fixture.ts";
import { openTable } from "./open-table.ts";
import type { OpenOptions } from "./source.ts";
import { tableFromText } from "./table-from-text.ts";

/** RFC 4180: quotes where they are needed; an empty cell in one column is quoted, as an empty line would be none in several. */
function csvOf(rows: readonly (readonly string[])[], lineEnd: string): string {
	const cell = (text: string) => (/[",\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	return rows.map((row) => row.map(cell).join(",") + lineEnd).join("");
}

const special = fc.constantFrom(
	'"',
	",",
	"\n",
	"\r\n",
	"\r",
	" ",
	"'",
	";",
	"\t",
	"1",
	"-2.5",
	"é",
	"日本",
	"😀",
	"a",
	"NA",
	"true",
	"2024-05-31",
);
const cells = fc.oneof(
	fc.array(special, { maxLength: 4 }).map((parts) => parts.join("")),
	fc.string({ unit: "grapheme", maxLength: 8 }),
	fc.double({ noNaN: true }).map(String),
	fc.constantFrom("True", "false", "NA", "", "12", "x"),
);
const tables = fc
	.record({ width: fc.integer({ min: 1, max: 4 }), height: fc.integer({ min: 1, max: 30 }) })
	.chain(({ width, height }) =>
		fc.array(fc.array(cells, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
	);

describeIf(requires.duckdb, "a table written as RFC 4180", () => {
	/** Reads the rows with both readers. */
	async function readBoth(path: string, text: string, options: OpenOptions): Promise<[Table, Table]> {
		writeFileSync(path, text);
		const source = await openTable(path, options);
		const fromFile = await source.read();
		await source.close();
		return [fromFile, tableFromText(text, "csv", options)];
	}

	test("is read back cell by cell by both readers", async () => {
		const path = temporaryFile("x.csv", "");
		await fc.assert(
			fc.asyncProperty(tables, fc.constantFrom("\n", "\r\n"), async (rows, lineEnd) => {
				const names = rows[0].map((_, i) => `name ${i}`);
				const types = Object.fromEntries(names.map((name) => [name, "text"] as const));
				const both = await readBoth(path, csvOf([names, ...rows], lineEnd), { header: true, types, missing: [] });
				const columns = names.map((name, i) => ({
					kind: "text",
					name,
					values: rows.map((row) => (trimSpaces(row[i]) === "" ? null : row[i])),
				}));
				for (const table of both) expect(table).toEqual({ rowCount: rows.length, columns });
			}),
			{ numRuns: 40 },
		);
	}, 60_000);

	test("has the same kinds, numbers and categories with both readers", async () => {
		const path = temporaryFile("x.csv", "");
		await fc.assert(
			fc.asyncProperty(tables, async (rows) => {
				const names = rows[0].map((_, i) => `name ${i}`);
				const [fromFile, fromText] = await readBoth(path, csvOf([names, ...rows], "\n"), { header: true });
				expect(fromFile).toEqual(fromText);
			}),
			{ numRuns: 40 },
		);
	}, 60_000);
});
