import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../errors.ts";
import { CsvReader, type CsvRecord } from "./csv-reader.ts";

function read(pieces: readonly string[], delimiter = ","): CsvRecord[] {
	const reader = new CsvReader({ delimiter, file: "x.csv" });
	return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
}

const cells = (text: string, delimiter?: string) => read([text], delimiter).map((record) => record.cells);

test.each([
	[
		"a,b\n1,2\n",
		[
			["a", "b"],
			["1", "2"],
		],
	],
	[
		"a,b\r\n1,2",
		[
			["a", "b"],
			["1", "2"],
		],
	],
	[
		"a,b\r1,2\r",
		[
			["a", "b"],
			["1", "2"],
		],
	],
	['"a,b","c""d"\n', [["a,b", 'c"d']]],
	['"two\nlines",x', [["two\nlines", "x"]]],
	[
		',\n"",\n',
		[
			["", ""],
			["", ""],
		],
	],
	["\ufeffa,b", [["a", "b"]]],
	[' "a" ,b "c"', [["a", 'b "c"']]],
	["a\n\nb\n", [["a"], [""], ["b"]]],
	["a,", [["a", ""]]],
	["", []],
])("%j is cut into its cells", (text, expected) => {
	expect(cells(text)).toEqual(expected);
});

test("another delimiter leaves commas in cells", () => {
	expect(cells("1,5;2\n", ";")).toEqual([["1,5", "2"]]);
});

test("each record knows the line on which it begins", () => {
	expect(read(['a,b\n"1\n\n1",2\n3,4']).map(({ line }) => line)).toEqual([1, 2, 5]);
});

test("how text is cut into pieces makes no difference", () => {
	const texts = fc.stringMatching(/^((("([ab,\n]|"")*")|[ab ]*)[,\n\r]){0,20}$/);
	fc.assert(
		fc.property(texts, fc.array(fc.nat(40), { maxLength: 5 }), (text, cuts) => {
			const places = [0, ...cuts.sort((a, b) => a - b), text.length];
			const pieces = places.slice(1).map((place, i) => text.slice(places[i], place));
			expect(read(pieces)).toEqual(read([text]));
		}),
	);
});

test("a quote that is never closed is refused with the record's line", () => {
	expect(() => read(['a,b\n1,"2\n3,4\n'])).toThrow(/x\.csv, line 2: a quote opens a cell and is never closed/);
});

test("a quote that is never closed does not swallow a file that arrives in pieces", () => {
	const reader = new CsvReader({ delimiter: "," });
	const piece = "1,2,3,4\n".repeat(50_000);
	expect(() => {
		for (let i = 0; i < 100; i++) for (const _ of reader.push(i === 0 ? `"${piece}` : piece));
	}).toThrow(DataError);
});

test("text after a closing quote is refused with its line", () => {
	expect(() => read(['a\n"1"x\n'])).toThrow(/line 2: a quoted cell goes on after its closing quote/);
});
