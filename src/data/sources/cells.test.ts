import { expect, test } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import { missingTexts, parseDate, parseNumber, parseTruth, trimSpaces } from "./cells.ts";
import { openEngine } from "./duckdb/engine.ts";
import { sqlText } from "./duckdb/relation.ts";

const numberTexts: readonly (readonly [string, number])[] = [
	["12", 12],
	[" 12\t", 12],
	["+5", 5],
	["-0.5", -0.5],
	[".5", 0.5],
	["5.", 5],
	["1e3", 1000],
	["2.5E-2", 0.025],
	["1_000", 1000],
	["00012", 12],
	["1e400", Number.POSITIVE_INFINITY],
	["inf", Number.POSITIVE_INFINITY],
	["-Infinity", Number.NEGATIVE_INFINITY],
	["", Number.NaN],
	[" ", Number.NaN],
	["-", Number.NaN],
	["1e", Number.NaN],
	["0x10", Number.NaN],
	["0b1", Number.NaN],
	["1,5", Number.NaN],
	["$5", Number.NaN],
	["1__0", Number.NaN],
	["1_", Number.NaN],
	["12 kg", Number.NaN],
	["- 1", Number.NaN],
	["٣", Number.NaN],
];

const dateTexts: readonly (readonly [string, number])[] = [
	["1970-01-01", 0],
	["1970-01-02", 86_400],
	["1969-12-31", -86_400],
	["2024-02-29", 1_709_164_800],
	["1970-01-01T01:02:03Z", 3723],
	["1970-01-01 01:02", 3720],
	["1970-01-01 00:00:00.25", 0.25],
	["1970-01-01T00:00:00+02:00", -7200],
	["1970-01-01T00:00:00-0530", 19_800],
	["1970-01-01 00:00:00+01", -3600],
	["2023-02-29", Number.NaN],
	["2024-13-01", Number.NaN],
	["2024-01-01T25:00", Number.NaN],
	["01/02/2024", Number.NaN],
	["2024-1-1", Number.NaN],
	["2024", Number.NaN],
	["", Number.NaN],
];

test.each(numberTexts)("the number of %j is %d", (text, value) => {
	expect(parseNumber(text)).toBe(value);
});

test.each(dateTexts)("the seconds of %j are %d", (text, value) => {
	expect(parseDate(text)).toBe(value);
});

test("truths are recognised whatever their case, and nothing else is one", () => {
	expect(["true", "TRUE", "False", "yes", "1", ""].map(parseTruth)).toEqual([1, 1, 0, -1, -1, -1]);
});

test("an empty cell is missing whatever else is", () => {
	expect([...missingTexts([" - "])]).toEqual(["", "-"]);
});

test("only spaces are trimmed", () => {
	expect(["  a b ", "\ta", ""].map(trimSpaces)).toEqual(["a b", "\ta", ""]);
});

describeIf(requires.duckdb, "DuckDB reads cells alike", () => {
	test("numbers", async () => {
		const engine = await openEngine();
		const rows = await engine.rows(`SELECT try_cast(unnest([${numberTexts.map(([text]) => sqlText(text)).join(", ")}]) AS DOUBLE)`);
		await engine.close();
		expect(rows.map(([value]) => (value === null ? Number.NaN : Number(value)))).toEqual(numberTexts.map(([, value]) => value));
	});

	test("dates", async () => {
		const engine = await openEngine();
		const known = dateTexts.filter(([text, value]) => !Number.isNaN(value) || /^\d{4}-\d\d-\d\d/.test(text));
		const rows = await engine.rows(`SELECT epoch(try_cast(unnest([${known.map(([text]) => sqlText(text)).join(", ")}]) AS TIMESTAMPTZ))`);
		await engine.close();
		expect(rows.map(([value]) => (value === null ? Number.NaN : Number(value)))).toEqual(known.map(([, value]) => value));
	});
});
