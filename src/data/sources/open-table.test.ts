import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import type { Table } from "../table.ts";
import { openEngine } from "./duckdb/engine.ts";
import { sqlText } from "./duckdb/relation.ts";
import { categories, column, numbers, opened, temporaryFile, texts } from "./fixture.ts";
import type { TableSource } from "./source.ts";
import { tableFromText } from "./table-from-text.ts";

const shared = (name: string) => join(requires.tables.location ?? "", name);

async function batchesOf(source: TableSource, batchRows: number): Promise<Table[]> {
	const batches: Table[] = [];
	for await (const batch of source.batches({ batchRows })) batches.push(batch);
	return batches;
}

/** Writes what a query selects as a Parquet file that goes when the test ends. */
async function parquetFile(query: string): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const path = join(folder, "x.parquet");
	const engine = await openEngine();
	await engine.rows(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet)`);
	await engine.close();
	return path;
}

describeIf(requires.duckdb, "a table in a file", () => {
	describeIf(requires.tables, "of the example tables", () => {
		test("titanic: rows, missing cells, kinds and ranges are what the file holds", async () => {
			const source = await opened(shared("titanic.csv"));
			const info = Object.fromEntries(source.columns.map((one) => [one.name, one]));
			expect(source).toMatchObject({ format: "csv", rowCount: 891 });
			expect(info.age).toMatchObject({ kind: "numeric", missingCount: 177, distinctCount: 88, distinctIsExact: true, min: 0.42, max: 80 });
			expect(info.deck).toMatchObject({ kind: "nominal", missingCount: 688, distinctCount: 7 });
			expect(info.embarked).toMatchObject({ kind: "nominal", missingCount: 2, distinctCount: 3, examples: ["S", "C", "Q"] });
			expect(info.survived).toMatchObject({ kind: "numeric", min: 0, max: 1, mean: 342 / 891 });
			expect(column(await source.read({ columns: ["adult_male"], limit: 2 }), "adult_male")).toEqual({
				kind: "nominal",
				name: "adult_male",
				categories: ["false", "true"],
				codes: Int32Array.of(1, 0),
			});
		});

		test.each(["titanic.csv", "mpg.csv", "iris.csv", "wine.csv", "breast_cancer.csv"])(
			"%s is read as the own reader reads it",
			async (name) => {
				const source = await opened(shared(name));
				expect(await source.read()).toEqual(tableFromText(readFileSync(shared(name), "utf8"), "csv"));
			},
		);

		test("digits, packed and without names, has columns by number", async () => {
			const source = await opened(shared("digits.csv.gz"));
			expect(source).toMatchObject({ rowCount: 1797 });
			expect(source.columns.map(({ name }) => name)).toEqual(Array.from({ length: 65 }, (_, i) => `column${i + 1}`));
			expect(await source.read()).toEqual(tableFromText(gunzipSync(readFileSync(shared("digits.csv.gz"))).toString(), "csv"));
		});

		test("batches joined are the table, in order, with the same categories in all", async () => {
			const source = await opened(shared("titanic.csv"));
			const [whole, batches] = [await source.read(), await batchesOf(source, 100)];
			expect(batches.map(({ rowCount }) => rowCount)).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 91]);
			expect(batches.flatMap((batch) => numbers(batch, "fare"))).toEqual(numbers(whole, "fare"));
			expect(batches.flatMap((batch) => categories(batch, "deck"))).toEqual(categories(whole, "deck"));
			expect(new Set(batches.map((batch) => JSON.stringify((column(batch, "deck") as { categories: unknown }).categories))).size).toBe(1);
		});
	});

	test("rows of more chunks than one thread reads keep the file's order", async () => {
		const [rowCount, pad] = [100_000, "x".repeat(700)];
		const lines = Array.from({ length: rowCount }, (_, i) => `${i},${pad}${i % 7}`);
		const source = await opened(temporaryFile("x.csv", `id,pad\n${lines.join("\n")}\n`));
		let next = 0;
		for await (const batch of source.batches({ columns: ["id"], batchRows: 5000 }))
			for (const id of numbers(batch, "id")) if (id === next) next++;
		expect(next).toBe(rowCount);
	}, 120_000);

	test("columns come in the order asked for, rows up to the limit", async () => {
		const source = await opened(temporaryFile("x.csv", "a,b,c\n1,2,x\n3,4,y\n5,6,z\n"));
		const table = await source.read({ columns: ["c", "a"], limit: 2 });
		expect(table.columns.map(({ name }) => name)).toEqual(["c", "a"]);
		expect([categories(table, "c"), numbers(table, "a")]).toEqual([
			["x", "y"],
			[1, 3],
		]);
	});

	test("a stream that is left early does not keep the next from reading", async () => {
		const source = await opened(temporaryFile("x.csv", `a\n${Array.from({ length: 9000 }, (_, i) => i).join("\n")}\n`));
		for await (const batch of source.batches({ batchRows: 10 })) if (batch.rowCount === 10) break;
		expect(numbers(await source.read({ limit: 1 }), "a")).toEqual([0]);
	});

	test("two streams are read side by side", async () => {
		const source = await opened(temporaryFile("x.csv", "a\n1\n2\n3\n"));
		const [one, two] = [source.batches({ batchRows: 1 }), source.batches({ batchRows: 1 })].map((stream) => stream[Symbol.asyncIterator]());
		const firsts = [await one.next(), await two.next(), await one.next()].map(({ value }) => numbers(value, "a")[0]);
		expect(firsts).toEqual([1, 1, 2]);
	});

	test("names that differ in case alone are different columns", async () => {
		const table = await (await opened(temporaryFile("x.csv", "a,A\n1,2\n"))).read();
		expect([numbers(table, "a"), numbers(table, "A")]).toEqual([[1], [2]]);
	});

	test("names and cells with quotes do not end what SQL takes for text", async () => {
		const path = temporaryFile("it's.csv", `a'b,"c""d"\n'; DROP TABLE x; --,1\no'clock,2\n`);
		const table = await (await opened(path)).read();
		expect(categories(table, "a'b")).toEqual(["'; DROP TABLE x; --", "o'clock"]);
		expect(numbers(table, 'c"d')).toEqual([1, 2]);
	});

	test("a name with a pattern's signs is that file, not those which fit the pattern", async () => {
		const path = temporaryFile("x[1]*?.csv", "a\n1\n");
		writeFileSync(join(dirname(path), "x1yz.csv"), "a\n2\n");
		expect(numbers(await (await opened(path)).read(), "a")).toEqual([1]);
	});

	test("infinite numbers are numbers", async () => {
		const source = await opened(temporaryFile("x.csv", "a\ninf\n1e308\n-inf\n"));
		expect(source.columns[0]).toMatchObject({
			kind: "numeric",
			min: Number.NEGATIVE_INFINITY,
			max: Number.POSITIVE_INFINITY,
			distinctCount: 3,
		});
		expect(numbers(await source.read(), "a")).toEqual([Number.POSITIVE_INFINITY, 1e308, Number.NEGATIVE_INFINITY]);
	});

	test("a stream that is under way when the table is closed goes on to its end", async () => {
		const source = await opened(temporaryFile("x.csv", `a\n${Array.from({ length: 50_000 }, (_, i) => i).join("\n")}\n`));
		let rowCount = 0;
		for await (const batch of source.batches({ batchRows: 100 })) {
			rowCount += batch.rowCount;
			if (rowCount === 5000) await source.close();
		}
		expect(rowCount).toBe(50_000);
	});

	test("empty lines above the header and below are skipped", async () => {
		expect(await (await opened(temporaryFile("x.csv", "\n\na,b\n1,2\n\n3,4\n\n"))).read()).toEqual(tableFromText("a,b\n1,2\n3,4\n", "csv"));
	});

	test("a number of many columns is scanned within the memory allowed", async () => {
		const header = Array.from({ length: 800 }, (_, i) => `c${i}`).join(",");
		const rows = Array.from({ length: 260 }, (_, row) => Array.from({ length: 800 }, (_, i) => (row * i) % 256).join(","));
		const source = await opened(temporaryFile("wide.csv", [header, ...rows].join("\n")));
		expect(source.columns[3]).toMatchObject({ min: 0, distinctCount: 256 });
		expect(source.columns[799]).toMatchObject({ kind: "numeric" });
		expect(numbers(await source.read(), "c799").slice(0, 3)).toEqual([0, 799 % 256, (2 * 799) % 256]);
	}, 120_000);

	describe("options", () => {
		test("types, missing, header and delimiter mean what they mean for text in memory", async () => {
			const text = "10;-999;1970-01-02;x\n9;5;;y\n10;7;1970-01-03;none\n";
			const options = { delimiter: ";", header: false, types: { column1: "nominal", column4: "text" }, missing: ["-999", "none"] } as const;
			const table = await (await opened(temporaryFile("x.csv", text), options)).read();
			expect(table).toEqual(tableFromText(text, "csv", options));
			expect(categories(table, "column1")).toEqual(["10", "9", "10"]);
			expect(numbers(table, "column2")).toEqual([Number.NaN, 5, 7]);
			expect(numbers(table, "column3")).toEqual([86_400, Number.NaN, 172_800]);
			expect(texts(table, "column4")).toEqual(["x", "y", null]);
		});

		test("a format can be given where the name does not tell", async () => {
			expect(numbers(await (await opened(temporaryFile("x.txt", "a\tb\n1\t2\n"), { format: "tsv" })).read(), "b")).toEqual([2]);
		});

		test("Latin-1 is read where it is asked for", async () => {
			const path = temporaryFile("x.csv", Buffer.from("a,b\ncafé,1\nthé,2\n", "latin1"));
			expect(categories(await (await opened(path, { encoding: "latin-1" })).read(), "a")).toEqual(["café", "thé"]);
		});
	});

	describe("of other formats", () => {
		test("JSON lines, an array and a packed file are the same table", async () => {
			const lines = ['{"a": 1.5, "b": "x", "c": true}', '{"b": "y", "d": {"e": 1}}', '{"a": null, "b": "x", "late": "2024-05-31"}'];
			const expected = tableFromText(lines.join("\n"), "jsonl");
			const files = [
				temporaryFile("x.jsonl", lines.join("\n")),
				temporaryFile("x.json", `[${lines.join(",\n")}]`),
				temporaryFile("x.ndjson.gz", gzipSync(lines.join("\n"))),
			];
			for (const path of files) expect(await (await opened(path)).read()).toEqual(expected);
		});

		test("Parquet keeps the types it states", async () => {
			const path = await parquetFile(`
				SELECT * FROM (VALUES
					(1::INTEGER, 1.5::DOUBLE, true, DATE '1970-01-02', TIMESTAMP '1970-01-01 00:00:01.5', 'x', 2.25::DECIMAL(9, 2)),
					(NULL, 'nan'::DOUBLE, false, NULL, NULL, 'NA', NULL),
					(3, -2, NULL, DATE '1970-01-03', NULL, 'y', 1)) AS t(i, d, b, day, time, s, dec)`);
			const source = await opened(path);
			const table = await source.read();
			expect(source.format).toBe("parquet");
			expect(numbers(table, "i")).toEqual([1, Number.NaN, 3]);
			expect(numbers(table, "d")).toEqual([1.5, Number.NaN, -2]);
			expect(categories(table, "b")).toEqual(["true", "false", null]);
			expect(column(table, "day")).toMatchObject({ temporal: true, values: Float64Array.of(86_400, Number.NaN, 172_800) });
			expect(numbers(table, "time")).toEqual([1.5, Number.NaN, Number.NaN]);
			expect(categories(table, "s")).toEqual(["x", null, "y"]);
			expect(numbers(table, "dec")).toEqual([2.25, Number.NaN, 1]);
			expect(source.columns.map(({ missingCount }) => missingCount)).toEqual([1, 1, 1, 1, 2, 1, 1]);
			expect(source.columns[1]).toMatchObject({ min: -2, max: 1.5, mean: -0.25, distinctCount: 2 });
		});

		test("texts of Parquet that all are numbers are numeric, and numbers can be asked for as categories", async () => {
			const path = await parquetFile("SELECT * FROM (VALUES ('7', 2), ('8', 1)) AS t(s, n)");
			const table = await (await opened(path, { types: { n: "nominal" } })).read();
			expect(numbers(table, "s")).toEqual([7, 8]);
			expect(column(table, "n")).toMatchObject({ categories: ["1", "2"], codes: Int32Array.of(1, 0) });
		});
	});
});
