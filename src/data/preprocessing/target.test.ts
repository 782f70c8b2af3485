import { describe, expect, it } from "vitest";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor, type PreprocessorOptions } from "./fit.ts";
import { nominal, numeric, tableOf, text } from "./fixture.ts";
import { targetKind } from "./preprocessor.ts";
import { decodeTarget } from "./target.ts";

const n = (count: number) =>
	numeric(
		"n",
		Array.from({ length: count }, (_, i) => i / 3),
	);
const kindFor = (values: readonly number[], options: Partial<PreprocessorOptions> = {}) =>
	fitPreprocessor(tableOf(n(values.length), numeric("y", values)), { target: "y", ...options }).target.kind;

describe("the task", () => {
	it("is classes for few whole numbers with rows enough, and always for two", () => {
		expect(kindFor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])).toBe("classes");
		expect(kindFor([0, 1])).toBe("classes");
	});

	it("is values for other numbers", () => {
		expect(kindFor([0, 1, 2, 3])).toBe("values");
		expect(kindFor([0.5, 1, 0.5, 1])).toBe("values");
		expect(kindFor(Array.from({ length: 210 }, (_, i) => i % 21))).toBe("values");
		expect(kindFor(Array.from({ length: 200 }, (_, i) => i % 20))).toBe("classes");
	});

	it("is what the user says", () => {
		expect(kindFor([0, 1, 2, 3], { task: "classes" })).toBe("classes");
		expect(kindFor([0, 1, 0, 1], { task: "values" })).toBe("values");
	});

	it("is remarked upon where numbers are taken as classes unasked", () => {
		const { remarks } = fitPreprocessor(tableOf(n(4), numeric("y", [0, 1, 0, 1])), { target: "y" });
		expect(remarks).toEqual([expect.stringContaining('2 different whole numbers, taken as classes; task: "values"')]);
	});
});

describe("class targets", () => {
	const table = tableOf(n(5), numeric("y", [10, 9, 10, 9, 9]));
	const preprocessor = fitPreprocessor(table, { target: "y" });

	it("are indices in order of size, and decode to the names", () => {
		expect(applyPreprocessor(preprocessor, table).y).toEqual(Int32Array.of(1, 0, 1, 0, 0));
		expect(decodeTarget(preprocessor, [0, 1])).toEqual(["9", "10"]);
		expect(targetKind(preprocessor)).toEqual({ kind: "classes", classes: ["9", "10"] });
	});

	it("may arrive as names or text", () => {
		expect(applyPreprocessor(preprocessor, tableOf(n(2), nominal("y", ["10", "9"]))).y).toEqual(Int32Array.of(1, 0));
		expect(applyPreprocessor(preprocessor, tableOf(n(2), text("y", ["10", "9"]))).y).toEqual(Int32Array.of(1, 0));
	});

	it("refuse a class that training had not", () => {
		expect(() => applyPreprocessor(preprocessor, tableOf(n(3), numeric("y", [9, 8, 7])))).toThrow(
			/target "y": expected the classes of training: "9", "10", received "8", "7", first in row 1[\s\S]*stratify/,
		);
	});

	it("refuse to decode an index without class", () => {
		expect(() => decodeTarget(preprocessor, [0, 2])).toThrow(/class indices from 0 to 1, received 2 at place 1/);
	});

	it("of one row are remarked upon", () => {
		const { remarks } = fitPreprocessor(tableOf(n(3), nominal("y", ["a", "a", "b"])), { target: "y" });
		expect(remarks).toEqual([expect.stringContaining('only one training row: "b"')]);
	});
});

describe("value targets", () => {
	const table = tableOf(n(4), numeric("a", [1.5, 2.5, 1.5, 2.5]), numeric("b", [0, 40, 20, 20]));
	const preprocessor = fitPreprocessor(table, { target: ["a", "b"] });

	it("are standardised, column beside column, and decode to their units", () => {
		// b: mean 20, deviation √(800 / 4) = √200
		const b = 20 / Math.sqrt(200);
		const { y } = applyPreprocessor(preprocessor, table);
		expect(y).toEqual(Float32Array.of(-1, -b, 1, b, -1, 0, 1, 0));
		const decoded = decodeTarget(preprocessor, y!) as Float64Array;
		// float32 of numbers up to 40
		for (const [i, value] of [1.5, 0, 2.5, 40, 1.5, 20, 2.5, 20].entries()) expect(decoded[i]).toBeCloseTo(value, 5);
		expect(targetKind(preprocessor)).toEqual({ kind: "values", names: ["a", "b"] });
	});
});
