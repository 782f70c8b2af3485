import { chmodSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import { DataError } from "../errors.ts";
import { opened, rejection, temporaryFile, temporaryFolder } from "./fixture.ts";
import { openTable } from "./open-table.ts";
import type { OpenOptions } from "./source.ts";

/** The error of opening a file of that content; it is a DataError that names the file and nothing of the library. */
async function refused(name: string, content: string | Uint8Array, options?: OpenOptions): Promise<DataError> {
	const path = temporaryFile(name, content);
	const error = await rejection(openTable(path, options));
	expect(error).toBeInstanceOf(DataError);
	expect(error.file).toBe(path);
	expect(error.message).toContain(path);
	expect(error.message).toMatch(/Try: /);
	expect(error.message).not.toMatch(/DuckDB|duckdb|read_csv|SELECT|LINE 1|strict_mode|ignore_errors/);
	return error as unknown as DataError;
}

describeIf(requires.duckdb, "a table that cannot be opened", () => {
	test("a file that is not there names those that are near", async () => {
		const path = temporaryFile("titanic.csv", "a\n1\n");
		const error = await rejection(openTable(join(dirname(path), "titanik.csv")));
		expect(error).toBeInstanceOf(DataError);
		expect(error.message).toMatch(/there is no such file/);
		expect(error.message).toContain(`Try: ${path}.`);
	});

	test("a file that is like none lists the tables of the folder", async () => {
		const path = temporaryFile("wine.csv", "a\n1\n");
		expect((await rejection(openTable(join(dirname(path), "zzzzzzzz.csv")))).message).toMatch(/one of the tables there: wine\.csv/);
	});

	test("a folder that is not there is said to be none", async () => {
		expect((await rejection(openTable("/no/such/folder/x.csv"))).message).toMatch(/"\/no\/such\/folder", which is no folder/);
	});

	test("a folder is no table, and its tables are named", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "a.csv"), "a\n1\n");
		writeFileSync(join(folder, "notes.md"), "");
		const error = await rejection(openTable(folder));
		expect(error.message).toMatch(/this is a folder/);
		expect(error.message).toContain(`Try: ${join(folder, "a.csv")}.`);
	});

	test("an unknown ending asks for the format", async () => {
		expect((await refused("x.xlsx", "PK")).message).toMatch(/received "\.xlsx"/);
	});

	// Root may read every file.
	const isRoot = process.getuid?.() === 0;
	if (!isRoot)
		test("a file that may not be read says so", async () => {
			const path = temporaryFile("x.csv", "a\n1\n");
			chmodSync(path, 0);
			expect((await rejection(openTable(path))).message).toMatch(/no permission/);
		});

	test("an empty file, and one of blanks, has nothing in it", async () => {
		expect((await refused("x.csv", "")).message).toMatch(/there is nothing in it/);
		expect((await refused("x.csv", "\n \n")).message).toMatch(/there is nothing in it/);
		expect((await refused("x.csv.gz", gzipSync(""))).message).toMatch(/there is nothing in it/);
	});

	test("a header alone has no rows", async () => {
		expect((await refused("x.csv", "a,b\n")).message).toMatch(/names of columns and no rows/);
	});

	test("a name that stands twice is told with its places", async () => {
		const error = await refused("x.csv", "a,b,a\n1,2,3\n");
		expect(error).toMatchObject({ row: 1, column: "a" });
		expect(error.message).toMatch(/columns 1 and 3/);
	});

	test("another delimiter is suggested where it fits", async () => {
		expect((await refused("x.csv", "a;b\n1;2\n")).message).toMatch(/Try: delimiter: ";"/);
		expect((await refused("x.csv", "a\tb\n1\t2\n")).message).toMatch(/Try: delimiter: "\\t"/);
	});

	test("bytes that are no UTF-8 are told with their line, and Latin-1 is suggested", async () => {
		const error = await refused("x.csv", Buffer.from(`a,b\n${"x,1\n".repeat(5000)}café,2\n`, "latin1"));
		expect(error.row).toBe(5002);
		expect(error.message).toMatch(/as Latin-1 read "café,2"/);
		expect(error.message).toMatch(/encoding: "latin-1"/);
	});

	test("UTF-16 is recognised", async () => {
		expect((await refused("x.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"))).message).toMatch(/the text is UTF-16/);
	});

	test("a row with a cell too few or too many is told with its line, after cells of several lines too", async () => {
		const short = await refused("x.csv", `a,b\n"1\n1",2\n${"1,2\n".repeat(50_000)}3\n`);
		expect(short.row).toBe(50_004);
		expect(short.message).toMatch(/too few cells.*\n.*Expected 2.*received 1/);
		expect((await refused("x.csv", "a,b\n1,2\n1,2,3\n")).message).toMatch(/line 3: the row has too many cells/);
	});

	test("quotes that do not pair are told with their line", async () => {
		expect((await refused("x.csv", 'a,b\n1,2\n1,"2\n3,4\n')).message).toMatch(/line 3: a quote opens a cell and is never closed/);
		expect((await refused("x.csv", 'a,b\n1,"2"2\n')).message).toMatch(/line 2: a quoted cell goes on/);
	});

	test("a row of more than 2 MB is told with its line", async () => {
		const error = await refused("x.csv", `a,b\n1,2\n${"x".repeat(3_000_000)},2\n`);
		expect(error.message).toMatch(/line 3: the row is too long/);
	});

	test("lines that end in different ways are told", async () => {
		const rows = "1,2\n".repeat(1000);
		expect((await refused("x.csv", `a,b\r\n${rows}3,4\r\n`)).message).toMatch(/lines end in different ways/);
	});

	test("the first cell that does not fit its type is told with line and column", async () => {
		const error = await refused("x.csv", `a,b\n"1\n",2\n${"1,2\n".repeat(3000)}NA,2\nten,2\neleven,2\n`, { types: { a: "numeric" } });
		expect(error).toMatchObject({ row: 3005, column: "a" });
		expect(error.message).toMatch(/received "ten"/);
		expect((await refused("x.csv", "d\n1970-01-01\n1.2.70\n", { types: { d: "date" } })).message).toMatch(/line 3, column "d"/);
		expect((await refused("x.jsonl", '{"a": 1}\n{"a": "x"}\n', { types: { a: "numeric" } })).message).toMatch(/row 2, column "a"/);
	});

	test("types of a column that is not there name the nearest", async () => {
		const error = await refused("x.csv", "age,sex\n1,m\n", { types: { aeg: "text" } });
		expect(error.column).toBe("aeg");
		expect(error.message).toMatch(/Try: "age"/);
	});

	test("Parquet that is none, or is cut off, is told", async () => {
		expect((await refused("x.parquet", "a,b\n1,2\n")).message).toMatch(/this is no whole Parquet file/);
		expect((await refused("x.parquet", `PAR1${"\0".repeat(100)}PAR1`)).message).toMatch(/this is no whole Parquet file/);
	});

	test("a packed file that is cut off or damaged is told, though its lines would be whole", async () => {
		const whole = gzipSync(`a,b\n${Array.from({ length: 20_000 }, (_, i) => `${i},${Math.sin(i)}`).join("\n")}\n`);
		expect((await refused("x.csv.gz", whole.subarray(0, whole.length >> 1))).message).toMatch(/damaged or cut off/);
		const damaged = Uint8Array.from(whole);
		damaged[damaged.length >> 1] ^= 0x55;
		expect((await refused("x.csv.gz", damaged)).message).toMatch(/damaged or cut off/);
	});

	test("JSON that is none, or holds no records, is told with its line", async () => {
		const broken = await refused("x.jsonl", `${'{"a": 1}\n'.repeat(3000)}{"a": \n`);
		expect(broken.row).toBe(3001);
		expect((await refused("x.json", '[{"a": 1}, {"a": ]')).message).toMatch(/this is not JSON/);
		expect((await refused("x.jsonl", '{"a": 1}\n[1]\n')).message).toMatch(/line 2: this is not a record/);
	});
});

describeIf(requires.duckdb, "a table that is open", () => {
	test("a column that is not there is told with the nearest", async () => {
		const source = await opened(temporaryFile("x.csv", "age,sex\n1,m\n"));
		expect((await rejection(source.read({ columns: ["sexe"] }))).message).toMatch(/Try: "sex"/);
		expect((await rejection(source.read({ columns: ["age", "age"] }))).message).toMatch(/asked for twice/);
	});

	test("a limit or a batch of no rows is refused", async () => {
		const source = await opened(temporaryFile("x.csv", "a\n1\n"));
		expect((await rejection(source.read({ limit: 0 }))).message).toMatch(/limit is not usable/);
		expect(() => source.batches({ batchRows: 0.5 })).toThrow(/batchRows is not usable/);
	});

	test("reading after close is refused, closing twice is not", async () => {
		const source = await opened(temporaryFile("x.csv", "a\n1\n"));
		await source.close();
		await source.close();
		expect((await rejection(source.read())).message).toMatch(/the table is closed/);
	});

	test("a file that has lost rows since is told", async () => {
		const path = temporaryFile("x.csv", "a\n1\n2\n");
		const source = await opened(path);
		truncateSync(path, 4);
		expect((await rejection(source.read())).message).toMatch(/the file has changed/);
	});
});
