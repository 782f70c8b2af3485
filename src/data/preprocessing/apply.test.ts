import { describe, expect, it } from "vitest";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor } from "./fit.ts";
import { nominal, numeric, tableOf, text } from "./fixture.ts";

const y = nominal("y", ["p", "q", "p", "q"]);
const train = tableOf(numeric("n", [1, 2, 3, 4.5]), nominal("c", ["1", "2", "2", "1"]), y);
const preprocessor = fitPreprocessor(train, { target: "y" });
const rows = applyPreprocessor(preprocessor, train).x;

describe("applyPreprocessor", () => {
	it("takes columns in any order and ignores others", () => {
		const [n, c] = train.columns;
		expect(applyPreprocessor(preprocessor, tableOf(y, text("other", ["", "", "", ""]), c, n)).x).toEqual(rows);
	});

	it("converts a column of another kind where there is one way", () => {
		const converted = tableOf(text("n", ["1", "2", " 3 ", "4.50"]), numeric("c", [1, 2, 2, 1]));
		expect(applyPreprocessor(preprocessor, converted)).toEqual({ x: rows, y: null, rowCount: 4, rows: null });
	});

	it("takes an empty text or name as missing in a numeric column", () => {
		const { x } = applyPreprocessor(preprocessor, tableOf(nominal("n", [null]), text("c", [null])));
		// The median is 2.5, the mean 2.625, the deviation √((1.625² + 0.625² + 0.375² + 1.875²) / 4).
		expect(x).toEqual(Float32Array.of(-0.125 / Math.sqrt(6.6875 / 4), 0, 0));
	});

	it("refuses a name where training had numbers", () => {
		expect(() => applyPreprocessor(preprocessor, tableOf(nominal("n", ["three"]), nominal("c", ["1"])))).toThrow(
			/column "n": expected numbers, as in training, received "three"/,
		);
	});

	it("lists all absent columns with the nearest names", () => {
		expect(() => applyPreprocessor(preprocessor, tableOf(numeric("N", [1]), numeric("d", [1])))).toThrow(
			/expected the columns "n" \(near: "N".*\), "c".*received a table with "N", "d"/,
		);
	});

	it("asks for the target, takes it where it is, or ignores it, as told", () => {
		const [n, c] = train.columns;
		expect(applyPreprocessor(preprocessor, tableOf(n, c)).y).toBeNull();
		expect(applyPreprocessor(preprocessor, train).y).toEqual(Int32Array.of(0, 1, 0, 1));
		expect(applyPreprocessor(preprocessor, train, { target: "ignore" }).y).toBeNull();
		expect(() => applyPreprocessor(preprocessor, tableOf(n, c), { target: "require" })).toThrow(/target: expected the column "y"/);
	});

	it("leaves out rows without target if it was fitted so, and says which stayed", () => {
		const partly = tableOf(train.columns[0], train.columns[1], nominal("y", ["p", null, "p", "q"]));
		expect(() => applyPreprocessor(preprocessor, partly)).toThrow(/received none in 1 of 4 rows/);
		expect(applyPreprocessor(preprocessor, partly, { target: "ignore" }).rowCount).toBe(4);
		const dropping = fitPreprocessor(partly, { target: "y", missingTarget: "drop" });
		const features = applyPreprocessor(dropping, partly);
		expect(features.rows).toEqual(Int32Array.of(0, 2, 3));
		expect(features.y).toEqual(Int32Array.of(0, 0, 1));
		expect(features.x).toHaveLength(3 * dropping.featureNames.length);
		expect(dropping.rowCount).toBe(3);
	});

	it("does not let the rows of training look at each other's part: fitting on part uses that part's figures alone", () => {
		const part = fitPreprocessor(tableOf(numeric("n", [0, 2]), nominal("y", ["p", "q"])), { target: "y" });
		expect(applyPreprocessor(part, tableOf(numeric("n", [101]))).x).toEqual(Float32Array.of(100));
	});

	it("refuses a number beyond float32 by column and row", () => {
		expect(() => applyPreprocessor(preprocessor, tableOf(numeric("n", [1, 1e300]), nominal("c", ["1", "2"])))).toThrow(
			/column "n", row 1: .*float32/,
		);
	});

	it("makes nothing of no rows", () => {
		expect(applyPreprocessor(preprocessor, tableOf(numeric("n", []), nominal("c", []))).x).toHaveLength(0);
	});
});
