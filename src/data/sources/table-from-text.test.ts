import { describe, expect, test } from "vitest";
import { DataError } from "../errors.ts";
import { categories, column, numbers, texts } from "./fixture.ts";
import { tableFromRows, tableFromText } from "./table-from-text.ts";

const kinds = (text: string) => Object.fromEntries(tableFromText(text, "csv").columns.map(({ name, kind }) => [name, kind]));

function thrown(run: () => unknown): DataError {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(DataError);
		return error as DataError;
	}
	throw new Error("expected an error");
}

describe("kinds", () => {
	test("numbers are numeric, missing cells are NaN", () => {
		expect(numbers(tableFromText("x,y\n1,a\n,b\nNA,c\n 2.5 ,d\n", "csv"), "x")).toEqual([1, Number.NaN, Number.NaN, 2.5]);
	});

	test("one cell that is no number makes the column nominal, its categories sorted", () => {
		const table = tableFromText("x\nb\n1\na\nb\n", "csv");
		expect(column(table, "x")).toEqual({ kind: "nominal", name: "x", categories: ["1", "a", "b"], codes: Int32Array.of(2, 0, 1, 2) });
	});

	test("dates are numeric and temporal", () => {
		expect(column(tableFromText("d,x\n1970-01-02,1\n,2\n", "csv"), "d")).toEqual({
			kind: "numeric",
			name: "d",
			values: Float64Array.of(86_400, Number.NaN),
			temporal: true,
		});
	});

	test("truths have the categories false and true, even where one does not occur", () => {
		expect(column(tableFromText("t,x\nTrue,1\n,2\ntrue,3\n", "csv"), "t")).toEqual({
			kind: "nominal",
			name: "t",
			categories: ["false", "true"],
			codes: Int32Array.of(1, -1, 1),
		});
	});

	test("yes and no are categories like any other", () => {
		expect(column(tableFromText("t\nyes\nno\n", "csv"), "t")).toMatchObject({ categories: ["no", "yes"] });
	});

	test("a column without any value is numeric", () => {
		expect(kinds("a,b\n,1\nNA,2\n")).toEqual({ a: "numeric", b: "numeric" });
	});

	test("20 different texts are categories and 21 are text; of 1000 rows 50 are categories and 51 are text", () => {
		const different = (count: number, rows: number) => `x\n${Array.from({ length: rows }, (_, i) => `t${i % count}`).join("\n")}\n`;
		expect([different(20, 25), different(21, 25), different(50, 1000), different(51, 1000)].map((text) => kinds(text).x)).toEqual([
			"nominal",
			"text",
			"nominal",
			"text",
		]);
	});

	test("spaces in categories stay, for they may be a fault worth seeing", () => {
		expect(column(tableFromText("x\na\na \n", "csv"), "x")).toMatchObject({ categories: ["a", "a "] });
	});
});

describe("options", () => {
	test("types override what would be inferred; categories that are numbers are sorted by value", () => {
		const table = tableFromText("a,b,c,d\n10,1,x,1970-01-01\n9,2,,1970-01-02\n", "csv", {
			types: { a: "nominal", b: "text", c: "text", d: "date" },
		});
		expect(column(table, "a")).toMatchObject({ categories: ["9", "10"], codes: Int32Array.of(1, 0) });
		expect(texts(table, "b")).toEqual(["1", "2"]);
		expect(texts(table, "c")).toEqual(["x", null]);
		expect(numbers(table, "d")).toEqual([0, 86_400]);
	});

	test("missing replaces the usual texts, even by numbers", () => {
		const table = tableFromText("a,b\n-999,NA\n1, - \n", "csv", { missing: ["-999", "-"] });
		expect(numbers(table, "a")).toEqual([Number.NaN, 1]);
		expect(categories(table, "b")).toEqual(["NA", null]);
	});

	test("a header is recognised above numbers, and rows without one get names by number", () => {
		expect(kinds("a,b\n1,2\n")).toEqual({ a: "numeric", b: "numeric" });
		expect(kinds("1,2\n3,4\n")).toEqual({ column1: "numeric", column2: "numeric" });
		expect(kinds("5.1,setosa\n4.9,virginica\n")).toEqual({ column1: "numeric", column2: "nominal" });
		expect(kinds("id,2019\n7,1.5\n")).toEqual({ id: "numeric", 2019: "numeric" });
	});

	test("header: true and false settle it", () => {
		expect(tableFromText("1,2\n3,4\n", "csv", { header: true })).toMatchObject({ rowCount: 1, columns: [{ name: "1" }, { name: "2" }] });
		expect(tableFromText("a,b\n", "csv", { header: false })).toMatchObject({
			rowCount: 1,
			columns: [{ name: "column1" }, { name: "column2" }],
		});
	});

	test("a name that is empty is the column's number", () => {
		expect(kinds(",a\n1,2\n")).toEqual({ column1: "numeric", a: "numeric" });
	});

	test("tsv is separated by tabs, and any delimiter can be asked for", () => {
		expect(numbers(tableFromText("a\tb\n1\t2\n", "tsv"), "b")).toEqual([2]);
		expect(numbers(tableFromText("a|b\n1|2\n", "csv", { delimiter: "|" }), "b")).toEqual([2]);
	});

	test("empty lines and a delimiter at the end of lines do not count", () => {
		expect(tableFromText("\na,b\n1,2,\n\n3,4,\n\n", "csv")).toMatchObject({ rowCount: 2 });
	});

	test("in one column an empty line is a missing cell", () => {
		expect(numbers(tableFromText("a\n1\n\n2\n", "csv"), "a")).toEqual([1, Number.NaN, 2]);
	});
});

describe("records", () => {
	test("JSON lines give the columns of all records", () => {
		const table = tableFromText('{"a": 1, "b": "x"}\n\n{"b": null, "c": true}\n', "jsonl");
		expect(numbers(table, "a")).toEqual([1, Number.NaN]);
		expect(categories(table, "b")).toEqual(["x", null]);
		expect(categories(table, "c")).toEqual([null, "true"]);
	});

	test("an array of objects is read like lines", () => {
		expect(tableFromText('[{"a": 1},\n {"a": 2}]', "jsonl")).toEqual(tableFromText('{"a": 1}\n{"a": 2}', "jsonl"));
	});

	test("objects are rows; dates, texts that are numbers and undefined find their meaning", () => {
		const table = tableFromRows([
			{ when: new Date(1000), n: "5", s: undefined, o: [1] },
			{ when: new Date(2500), n: 7, s: "x", o: null },
		]);
		expect(numbers(table, "when")).toEqual([1, 2.5]);
		expect(numbers(table, "n")).toEqual([5, 7]);
		expect(categories(table, "s")).toEqual([null, "x"]);
		expect(categories(table, "o")).toEqual(["[1]", null]);
	});

	test("a name that objects inherit is no value", () => {
		expect(tableFromRows([{ toString: "x" }, { a: 1 }]).columns.map(({ name }) => name)).toEqual(["toString", "a"]);
		expect(categories(tableFromRows([{ toString: "x" }, { a: 1 }]), "toString")).toEqual(["x", null]);
	});
});

describe("errors", () => {
	test("a short and a long row are refused with their lines", () => {
		expect(thrown(() => tableFromText('a,b\n"1\n",2\n3\n', "csv", { file: "x.csv" }))).toMatchObject({ file: "x.csv", row: 4 });
		expect(thrown(() => tableFromText("a,b\n1,2,3\n", "csv")).message).toMatch(
			/line 2: the row has too many cells.*\n.*Expected 2.*received 3/,
		);
	});

	test("a cell that does not fit its type is refused with line and column", () => {
		const error = thrown(() => tableFromText("a,b\n1,2\n,2\nx,2\n", "csv", { types: { a: "numeric" } }));
		expect(error).toMatchObject({ row: 4, column: "a" });
		expect(error.message).toMatch(/received "x"/);
		expect(thrown(() => tableFromRows([{ d: "1.2.2024" }], { types: { d: "date" } })).message).toMatch(/row 1, column "d".*\n.*2024-05-31/);
	});

	test("types for a column that is not there name the nearest", () => {
		expect(thrown(() => tableFromText("age,sex\n1,m\n", "csv", { types: { aeg: "text" } })).message).toMatch(/Try: "age"/);
	});

	test("nothing, blanks, and a header alone are no tables", () => {
		expect(thrown(() => tableFromText("", "csv")).message).toMatch(/there is nothing in it/);
		expect(thrown(() => tableFromText(" \n\n", "csv")).message).toMatch(/there is nothing in it/);
		expect(thrown(() => tableFromText("a,b\n", "csv")).message).toMatch(/no rows/);
		expect(thrown(() => tableFromText("\n", "jsonl")).message).toMatch(/there is nothing in it/);
		expect(thrown(() => tableFromRows([])).message).toMatch(/there is nothing in it/);
	});

	test("a name that stands twice is refused", () => {
		expect(thrown(() => tableFromText("a,b,a\n1,2,3\n", "csv"))).toMatchObject({ row: 1, column: "a" });
	});

	test("semicolons or tabs in the only column suggest that delimiter", () => {
		expect(thrown(() => tableFromText("a;b\n1;2\n", "csv")).message).toMatch(/Try: delimiter: ";"/);
		expect(thrown(() => tableFromText("a\tb\n1\t2\n", "csv")).message).toMatch(/Try: delimiter: "\\t"/);
		expect(thrown(() => tableFromText("a,b\n1,2\n", "tsv")).message).toMatch(/Try: delimiter: ","/);
		expect(tableFromText("title; subtitle\nplain\n", "csv")).toMatchObject({ rowCount: 1 });
	});

	test("a delimiter of two characters is refused", () => {
		expect(thrown(() => tableFromText("a", "csv", { delimiter: "::" })).message).toMatch(/one character/);
	});

	test("text that is no JSON, and JSON that is no record, are refused with the line", () => {
		expect(thrown(() => tableFromText('{"a": 1}\n{"a": 2\n', "jsonl"))).toMatchObject({ row: 2 });
		expect(thrown(() => tableFromText('{"a": 1}\n[2]\n', "jsonl")).message).toMatch(/line 2: this is not a record/);
		expect(thrown(() => tableFromText('[{"a": 1}, 5]', "jsonl")).message).toMatch(/row 2: this is not a record/);
	});
});
