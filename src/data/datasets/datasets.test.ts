import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GradusError, ShapeError } from "../../core/errors.ts";
import type { TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { fitPreprocessor } from "../preprocessing/fit.ts";
import { nominal, numeric, tableOf } from "../preprocessing/fixture.ts";
import type { ArrayDatasetOptions } from "./array-arguments.ts";
import { arrayDataset } from "./array-dataset.ts";
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

	it("takes nested lists, whose lengths give the shape of an example", () => {
		const dataset = arrayDataset({
			x: [
				[
					[1, 2],
					[3, 4],
				],
				[
					[5, 6],
					[7, 8],
				],
			],
			y: [1, 0],
			target: classes,
		});
		expect(dataset.inputShape).toEqual([2, 2]);
		expect(dataset.read([1])).toEqual({ x: Float32Array.of(5, 6, 7, 8), y: Int32Array.of(0), rowCount: 1 });
		expect(arrayDataset({ x: [1, 2, 3, 4], y: [[1], [2]], inputShape: [2] }).read([1]).x).toEqual(Float32Array.of(3, 4));
	});

	it.each<[string, Partial<ArrayDatasetOptions>, TargetKind]>([
		["classes of an Int32Array", { y: Int32Array.of(0, 2, 1) }, { kind: "classes", classes: ["0", "1", "2"] }],
		["classes of a list, where told", { y: [0, 2, 1], target: { kind: "classes" } }, { kind: "classes", classes: ["0", "1", "2"] }],
		["one value of a Float32Array", { y: Float32Array.of(0, 1, 2) }, { kind: "values", names: ["y"] }],
		["one value, where told", { y: [0, 1, 2], target: { kind: "values" } }, { kind: "values", names: ["y"] }],
		[
			"several values of lists",
			{
				y: [
					[1, 2],
					[3, 4],
					[5, 6],
				],
			},
			{ kind: "values", names: ["y0", "y1"] },
		],
	])("names %s by number", (_, given, target) => {
		const dataset = arrayDataset({ x: new Float32Array(6), inputShape: [2], ...given } as ArrayDatasetOptions);
		expect(dataset.target).toEqual(target);
		expect(dataset.read([0]).y).toBeInstanceOf(target.kind === "classes" ? Int32Array : Float32Array);
	});

	it("brings y into the array that its kind has, whatever it came in", () => {
		const read = (y: ArrayDatasetOptions["y"], target: TargetKind) =>
			arrayDataset({ x: new Float32Array(2), y, inputShape: [1], target }).read([0, 1]).y;
		expect(read(Float32Array.of(1, 0), classes)).toEqual(Int32Array.of(1, 0));
		expect(read(Uint8Array.of(1, 0), classes)).toEqual(Int32Array.of(1, 0));
		expect(read(Int32Array.of(3, 4), { kind: "values", names: ["u"] })).toEqual(Float32Array.of(3, 4));
		expect(read(Float64Array.of(0.5, 4), { kind: "values", names: ["u"] })).toEqual(Float32Array.of(0.5, 4));
	});

	it.each<[string, unknown, RegExp]>([
		["no options", undefined, /expected x to be nested lists of numbers or a typed array, received nothing/],
		["no y", { x: [[1]] }, /expected y to be .* received nothing/],
		[
			"no shape",
			{ x: new Float32Array(4), y: Int32Array.of(0, 1) },
			/expected inputShape, the lengths of one example, received nothing[\s\S]*Try: \[4\]/,
		],
		["a shape that is a number", { x: new Float32Array(4), y: Int32Array.of(0, 1), inputShape: 2 }, /a list of lengths .* received 2/],
		[
			"lists of unequal length",
			{ x: [[1, 2], [3]], y: Int32Array.of(0, 1) },
			/expected x\[1\] to have 2 items, as the lists before it, received 1/,
		],
		["a text among numbers", { x: [[1, "2"]], y: Int32Array.of(0) }, /expected x\[0\]\[1\] to be a number, received "2"/],
		["a number among lists", { x: [[1], 2], y: Int32Array.of(0, 0) }, /expected x\[1\] to be a list, received 2/],
		[
			"lists unlike the shape",
			{ x: [[1, 2]], y: [[1]], inputShape: [3] },
			/expected examples \[3\], as inputShape says, received lists \[2\] in x/,
		],
		["y that may be either", { x: [[1], [2]], y: [0, 1] }, /y may be class indices or numbers to predict/],
		["an unknown target", { x: [[1]], y: [0], target: { kind: "class" } }, /\{ kind: "classes" \} or \{ kind: "values" \}/],
		[
			"one-hot rows",
			{ x: [[1]], y: [[0, 1]], target: { kind: "classes" } },
			/one class index an example in y, received lists \[2\][\s\S]*row\.indexOf\(1\)/,
		],
		[
			"two classes of one name",
			{ x: [[1]], y: [0], target: { kind: "classes", classes: ["a", "a"] } },
			/target\.classes to be a list of names that all differ/,
		],
		["names that are none", { x: [[1]], y: [0], target: { kind: "values", names: "price" } }, /target\.names to be a list of names/],
		[
			"half a class",
			{ x: [[1]], y: [0.5], target: { kind: "classes", classes: ["a", "b"] } },
			/class indices from 0 to 1, received 0\.5 for example 0/,
		],
		[
			"an index beyond 32 bits",
			{ x: [[1]], y: [2 ** 32], target: { kind: "classes", classes: ["a", "b"] } },
			/class indices from 0 to 1, received 4294967296 for example 0/,
		],
		[
			"numbers taken for classes",
			{ x: [[1]], y: [25_000], target: { kind: "classes" } },
			/received 25000 among 1 example\.[\s\S]*\{ kind: "values" \}/,
		],
	])("refuses %s", (_, options, message) => {
		const make = () => arrayDataset(options as ArrayDatasetOptions);
		expect(make).toThrow(message);
		expect(make).toThrow(GradusError);
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

	it("refuses a number in place of a list", () => {
		expect(() => subset(three, 3 as never)).toThrow("subset: expected numbers of examples, a list, received 3.");
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
		expect(() => tableDataset(table as never, preprocessor as never)).toThrow(
			/expected a table, with rowCount and columns, received an object with "version"/,
		);
		expect(() => tableDataset(preprocessor, null as never)).toThrow(/expected a table, with rowCount and columns, received null/);
		expect(dataset.inputShape).toEqual([1]);
		expect(subset(dataset, [0]).input).toEqual({ kind: "table", preprocessor });
		expect(dataset.read([3, 2])).toEqual({ x: Float32Array.of(4.5, 2.5), y: Int32Array.of(1, 0), rowCount: 2 });
	});
});
