import { expect, test } from "vitest";
import { sourceFromTable } from "../memory-source.ts";
import { tableFromRows } from "../table-from-text.ts";
import { describeProfile } from "./describe.ts";
import { profileTable } from "./profile.ts";

const describeRecords = async (records: readonly Record<string, unknown>[], name?: string): Promise<string> =>
	describeProfile(await profileTable(sourceFromTable(tableFromRows(records), name)));

test("a profile is an aligned table with remarks below", async () => {
	const text = await describeRecords(
		[
			{ age: 20, sex: "m", born: "2000-01-01" },
			{ age: 30, sex: "m", born: "2001-01-01" },
			{ age: 40, sex: "f", born: null },
			{ age: 50, sex: null, born: "2003-01-01" },
		],
		"people.csv",
	);
	expect(text).toBe(`people.csv: 4 rows, 3 columns

column  kind     missing  distinct  values
${"─".repeat(78)}
age     numeric        –         4  20 … 50, mean 35 ± 11.18, median 35
sex     nominal     25 %         2  m 67 %, f 33 %
born    date        25 %         3  2000-01-01 … 2003-01-01, median 2001-01-01
`);
});

test("remarks follow, each with its column", async () => {
	expect(
		await describeRecords([
			{ a: 1, b: null },
			{ a: 2, b: null },
		]),
	).toMatch(/\n\nRemarks\n {2}b: no value in any row: exclude it\n$/);
});

test("no line is wider than 100, whatever names and cells hold", async () => {
	const long = "a very long name ".repeat(10);
	const records = Array.from({ length: 30 }, (_, i) => ({ [long]: `${"word ".repeat(40)}\n${i}`, x: i * 1e9, ["y".repeat(150)]: "same" }));
	const lines = (await describeRecords(records, `${"folder/".repeat(30)}x.csv`)).split("\n");
	expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test("a small share does not read as none", async () => {
	const records = Array.from({ length: 1000 }, (_, i) => ({ x: i === 0 ? null : i % 7, c: i === 1 ? "rare" : "usual" }));
	expect(await describeRecords(records)).toMatch(/x .*<1 %.*usual >99 %, rare <1 %/s);
});
