import { describe, expect, it } from "vitest";
import { selectRows } from "../select-rows.ts";
import { fitPreprocessor } from "./fit.ts";
import { nominal, numeric, tableOf } from "./fixture.ts";
import { describeNotes, inspectTable, joinNotes, noNotes } from "./inspect.ts";

const training = tableOf(
	numeric("n", [1, 2, 3, 4]),
	nominal("hot", ["a", "b", "a", "b"]),
	nominal("step", ["low", "high", "low", "high"]),
	nominal("code", ["u", "u", "v", "w"]),
	numeric("level", [1, 2, 1, 2]),
	nominal("y", ["p", "q", "p", "q"]),
);
const preprocessor = fitPreprocessor(training, {
	target: "y",
	columns: { step: { encode: "ordinal" }, code: { encode: "embedding" }, level: { encode: "oneHot" }, hot: { encode: "oneHot" } },
});

const odd = tableOf(
	numeric("n", [99, Number.NaN, 3]),
	nominal("hot", ["a", "z", null]),
	nominal("step", ["low", "mid", "mid"]),
	// "v" and "w" came once each, from which an embedding learns nothing.
	nominal("code", ["u", "v", "new"]),
	numeric("level", [1, 3, 3]),
);

describe("inspectTable", () => {
	it("counts missing cells and names that training had not, whatever a column's encoding", () => {
		expect(inspectTable(preprocessor, odd)).toEqual({
			rowCount: 3,
			columns: [
				{ column: "n", missingCount: 1, unseenCount: 0, unseen: [] },
				{ column: "hot", missingCount: 1, unseenCount: 1, unseen: ["z"] },
				{ column: "step", missingCount: 0, unseenCount: 2, unseen: ["mid"] },
				{ column: "code", missingCount: 0, unseenCount: 2, unseen: ["v", "new"] },
				{ column: "level", missingCount: 0, unseenCount: 2, unseen: ["3"] },
			],
		});
	});

	it("has nothing to say of what training had", () => {
		const rows = tableOf(numeric("n", [1]), nominal("hot", ["b"]), nominal("step", ["low"]), nominal("code", ["u"]), numeric("level", [2]));
		expect(inspectTable(preprocessor, rows)).toEqual({ rowCount: 1, columns: [] });
	});

	it("refuses a table without the columns, as predicting does", () => {
		expect(() => inspectTable(preprocessor, tableOf(numeric("n", [1])))).toThrow(/expected the columns "hot"/);
	});
});

describe("joinNotes", () => {
	it("of batches says what one table of all rows would", () => {
		const batches = [[0], [1, 2]].map((rows) => selectRows(odd, rows));
		const joined = batches.map((batch) => inspectTable(preprocessor, batch)).reduce(joinNotes, noNotes);
		expect(joined).toEqual(inspectTable(preprocessor, odd));
	});
});

describe("describeNotes", () => {
	it("writes a line for each thing", () => {
		expect(describeNotes(inspectTable(preprocessor, odd)).slice(0, 3)).toEqual([
			'Column "n": 1 of 3 rows has no value.',
			'Column "hot": 1 of 3 rows has a value that training had not ("z").',
			'Column "hot": 1 of 3 rows has no value.',
		]);
		expect(describeNotes(noNotes)).toEqual([]);
	});
});
