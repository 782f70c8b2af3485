import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../core/errors.ts";
import type { TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { fitPreprocessor } from "../preprocessing/fit.ts";
import { nominal, numeric, tableOf } from "../preprocessing/fixture.ts";
import { type ArrayDatasetOptions, arrayDataset } from "./array-dataset.ts";
import { subset } from "./subset.ts";
import { tableDataset } from "./table-dataset.ts";

const classes: TargetKind = { kind: "classes", classes: ["a", "b"] };
const values: TargetKind = { kind: "values", names: ["u", "v"] };
const three = arrayDataset({ x: Float32Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(0, 1, 0), inputShape: [2], target: classes });

describe("arrayDataset", () => {
	it("reads examples in any order and as often as asked", () => {
		expect(three.size).toBe(3);
		expect(three.read([2, 0, 2])).toEqual({ x: Float32Array.of(5, 6, 1, 2, 5, 6), y: Int32Array.of(0, 0, 0), rowCount: 3 });
		expect(three.read([])).toEqual({ x: new Float32Array(0), y: new Int32Array(0), rowCount: 0 });
	});

	it("reads several values an example", () => {
		const y = Float32Array.of(1, 2, 3, 4);
		const dataset = arrayDataset({ x: Float32Array.of(7, 8), y, inputShape: [1], target: values });
		expect(dataset.read([1]).y).toEqual(Float32Array.of(3, 4));
	});

	it("gathers what a loop would, for short and long rows, runs and jumps", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(19), { maxLength: 30 }), (rowSize, indices) => {
				const x = Float32Array.from({ length: 20 * rowSize }, (_, i) => i);
				const dataset = arrayDataset({ x, y: new Int32Array(20), inputShape: [rowSize], target: classes });
				const expected = indices.flatMap((row) => Array.from({ length: rowSize }, (_, k) => row * rowSize + k));
				expect(Array.from(dataset.read(indices).x)).toEqual(expected);
			}),
		);
	});

	it.each<[string, Partial<ArrayDatasetOptions>, typeof DataError | typeof ShapeError, RegExp]>([
		[
			"x that is too short",
			{ x: new Float32Array(5) },
			ShapeError,
			/2 numbers of x \(\[2\]\) and 1 of y for each example, received 5 of x and 3/,
		],
		["values that do not pair", { target: values }, ShapeError, /2 of y for each example/],
		["a class without name", { y: Int32Array.of(0, 2, 0) }, DataError, /class indices from 0 to 1, received 2 for example 1/],
		["a negative class", { y: Int32Array.of(0, -1, 0) }, DataError, /received -1 for example 1/],
		["a missing input", { x: Float32Array.of(1, 2, 3, Number.NaN, 5, 6) }, DataError, /received NaN in x, example 1, place 1/],
		[
			"a missing target",
			{ y: Float32Array.of(1, Number.NaN, 2, 3, 4, 5), target: values },
			DataError,
			/received NaN in y, example 0, place 1/,
		],
	])("refuses %s", (_, change, errorClass, message) => {
		const make = () => arrayDataset({ x: new Float32Array(6), y: new Int32Array(3), inputShape: [2], target: classes, ...change });
		expect(make).toThrow(message);
		expect(make).toThrow(errorClass);
	});

	it.each([3, -1, 0.5, Number.NaN])("refuses to read example %d of three", (index) => {
		expect(() => three.read([index])).toThrow(/numbers of examples from 0 to 2/);
	});
});

describe("subset", () => {
	it("has the rows asked for, at once, and subsets of its own", () => {
		const part = subset(three, [2, 1]);
		expect(part.size).toBe(2);
		expect(part.read([0, 1]).x).toEqual(Float32Array.of(5, 6, 3, 4));
		expect(subset(part, [1]).read([0]).x).toEqual(Float32Array.of(3, 4));
	});

	it("refuses rows that are not there, when made and when read", () => {
		expect(() => subset(three, [3])).toThrow(/from 0 to 2/);
		expect(() => subset(three, [2, 1]).read([2])).toThrow(/from 0 to 1/);
	});
});

describe("tableDataset", () => {
	it("has the table's rows as the preprocessor makes them", () => {
		const table = tableOf(numeric("n", [0, 1, 2.5, 4.5]), nominal("y", ["q", "p", "p", "q"]));
		const preprocessor = fitPreprocessor(table, { target: "y", columns: { n: { scale: "none" } } });
		const dataset = tableDataset(preprocessor, table);
		expect(dataset.target).toEqual({ kind: "classes", classes: ["p", "q"] });
		expect(dataset.inputShape).toEqual([1]);
		expect(dataset.read([3, 2])).toEqual({ x: Float32Array.of(4.5, 2.5), y: Int32Array.of(1, 0), rowCount: 2 });
	});
});
