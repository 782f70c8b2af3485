import { describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { DataError } from "../errors.ts";
import { selectRows } from "../select-rows.ts";
import type { Table } from "../table.ts";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor, fitPreprocessorStream, type PreprocessorOptions } from "./fit.ts";
import { nominal, numeric, tableOf, text } from "./fixture.ts";
import type { Preprocessor } from "./preprocessor.ts";

const y = nominal("y", ["no", "yes", "no", "yes"]);
const stateOf = (preprocessor: Preprocessor, column: string, transform: string): unknown =>
	preprocessor.inputs.find(({ name }) => name === column)?.steps.find((step) => step.transform === transform)?.state;

describe("fitPreprocessor by default", () => {
	it("standardises numbers, fills the median and says where it did", () => {
		const table = tableOf(numeric("age", [1.5, Number.NaN, 2.5, 6.5]), y);
		const preprocessor = fitPreprocessor(table, { target: "y" });
		expect(preprocessor.featureNames).toEqual(["age", "age (missing)"]);
		expect(preprocessor.inputs[0].fill).toBe(2.5);
		// mean 3.5; deviation √((4 + 1 + 9) / 3) = √(14/3)
		const d = Math.sqrt(14 / 3);
		expect(applyPreprocessor(preprocessor, table).x).toEqual(Float32Array.of(-2 / d, 0, -1 / d, 1, -1 / d, 0, 3 / d, 0));
	});

	it("one-hot encodes few names and embeds many, behind all other features", () => {
		const many = nominal("many", ["a", "b", "a", "b"]);
		const table = tableOf(many, numeric("n", [0.5, 1, 2, 3]), nominal("few", ["u", "u", "v", null]), y);
		const preprocessor = fitPreprocessor(table, { target: "y", maxOneHot: 2 });
		expect(preprocessor.featureNames).toEqual(["many=a", "many=b", "n", "few=u", "few=v", "few (missing)"]);
		const embedded = fitPreprocessor(table, { target: "y", maxOneHot: 1 });
		expect(embedded.featureNames).toEqual(["n", "many", "few"]);
		expect(embedded.embeddings).toEqual([
			{ column: 1, name: "many", count: 3, dim: 2 },
			{ column: 2, name: "few", count: 2, dim: 2 },
		]);
		const { x } = applyPreprocessor(embedded, table);
		expect([0, 1, 2, 3].map((row) => [x[row * 3 + 1], x[row * 3 + 2]])).toEqual([
			[1, 1],
			[2, 1],
			[1, 0],
			[2, 0],
		]);
	});

	it("leaves out constant, empty and text columns, and names that never repeat, and says so", () => {
		const table = tableOf(
			numeric("constant", [1, 1, 1, 1]),
			numeric("empty", [Number.NaN, Number.NaN, Number.NaN, Number.NaN]),
			nominal("void", [null, null, null, null]),
			text("name", ["a", "b", "c", "d"]),
			nominal("id", ["a", "b", "c", "d"]),
			numeric("n", [1, 2, 3, 4.5]),
			y,
		);
		const preprocessor = fitPreprocessor(table, { target: "y", maxOneHot: 3 });
		expect(preprocessor.inputs.map(({ name }) => name)).toEqual(["n"]);
		expect(preprocessor.remarks).toHaveLength(5);
		expect(preprocessor.remarks.join("\n")).toMatch(
			/"constant".*same value[\s\S]*"empty".*no value[\s\S]*"void"[\s\S]*"name".*free text[\s\S]*"id".*different/,
		);
	});

	it("keeps of a constant column only where it is missing", () => {
		const preprocessor = fitPreprocessor(tableOf(numeric("c", [1, Number.NaN, 1, 1]), y), { target: "y" });
		expect(preprocessor.featureNames).toEqual(["c (missing)"]);
	});

	it("adds cyclical parts to dates", () => {
		const days = [0, 1, 40, 80].map((day) => day * 86_400);
		const { featureNames } = fitPreprocessor(tableOf(numeric("day", days, true), y), { target: "y" });
		expect(featureNames).toEqual(["day", "day (month sin)", "day (month cos)", "day (weekday sin)", "day (weekday cos)"]);
	});

	it("does not depend on the order in which categories were met", () => {
		const fitted = (names: string[]) => fitPreprocessor(tableOf(nominal("c", names), y), { target: "y" }).featureNames;
		expect(fitted(["10", "9", "b", "a"])).toEqual(fitted(["a", "9", "10", "b"]));
		expect(fitted(["10", "9", "b", "a"])).toEqual(["c=9", "c=10", "c=a", "c=b"]);
	});
});

describe("column options", () => {
	const table = tableOf(numeric("n", [1, 2, 3, Number.NaN]), nominal("c", ["lo", "hi", null, "hi"]), text("t", ["x", "y", "x", "y"]), y);
	const fitted = (columns: PreprocessorOptions["columns"]) => fitPreprocessor(table, { target: "y", columns });

	it("choose scaling, imputation, indicator and encoding", () => {
		const preprocessor = fitted({
			n: { scale: "minMax", impute: "mean", indicator: false },
			c: { encode: "ordinal", order: ["lo", "hi"], impute: "mostFrequent" },
			t: { encode: "oneHot" },
		});
		expect(preprocessor.featureNames).toEqual(["n", "c", "c (missing)", "t=x", "t=y"]);
		expect(applyPreprocessor(preprocessor, table).x).toEqual(
			Float32Array.from(
				[
					[0, -1, 0, 1, 0],
					[0.5, 1, 0, 0, 1],
					[1, 1, 1, 1, 0],
					[0.5, 1, 0, 0, 1],
				].flat(),
			),
		);
	});

	it("impute by a constant, and take numbers as names only", () => {
		expect(fitted({ n: { impute: { constant: -1 } } }).inputs[0].fill).toBe(-1);
		expect(fitted({ n: { encode: "oneHot" }, c: { drop: true } }).featureNames).toEqual(["n=1", "n=2", "n=3", "n (missing)"]);
		expect(stateOf(fitted({ c: { impute: { constant: "?" } } }), "c", "oneHot")).toEqual({ categories: ["hi", "lo", "?"], missing: false });
	});

	it("take numbers as number and as names where both are asked for", () => {
		const preprocessor = fitted({ n: { scale: "standardize", encode: "oneHot" }, c: { drop: true } });
		expect(preprocessor.featureNames).toEqual(["n", "n=1", "n=2", "n=3", "n (missing)"]);
	});

	it("the log scaler fills with the mean of the numbers, not of their logarithms", () => {
		expect(fitted({ n: { scale: "log", impute: "mean" } }).inputs[0].fill).toBe(2);
	});

	it.each([
		[{ c: { scale: "minMax" } }, /column "c": expected numbers to scale, received names: "hi", "lo"/],
		[{ c: { impute: "median" } }, /column "c": expected names to be imputed by mostFrequent or a constant, received "median"/],
		[{ n: { impute: { constant: "x" } } }, /impute.constant to be a finite number, received x/],
		[{ n: { impute: "medain" } }, /columns.n: expected impute to be/],
		[{ n: { scale: "standardise" } }, /columns.n: expected scale to be one of "standardize"/],
		[{ n: { encoding: "oneHot" } }, /columns.n: there is no option "encoding"/],
		[{ N: { drop: true } }, /columns: expected the column "N" \(near: "n"/],
	])("%j is refused in clear words", (columns, message) => {
		expect(() => fitted(columns as PreprocessorOptions["columns"])).toThrow(message);
	});
});

describe("what fitPreprocessor refuses", () => {
	const n = numeric("n", [1, 2, 3, 4]);
	it.each<[string, Table, PreprocessorOptions, RegExp]>([
		["an absent target", tableOf(n, y), { target: "Y" }, /target: expected the column "Y" \(near: "y".*\), received a table with "n", "y"/],
		[
			"a text target",
			tableOf(n, text("t", ["a", "b", "c", "d"])),
			{ target: "t" },
			/target "t": expected classes or numbers, received free text/,
		],
		["one class", tableOf(n, nominal("y", ["a", "a", "a", "a"])), { target: "y" }, /at least two classes, received only "a" in 4 rows/],
		["a constant number", tableOf(n, numeric("y", [1.5, 1.5, 1.5, 1.5])), { target: "y" }, /numbers that vary.*received 1.5 in all rows/],
		[
			"missing targets",
			tableOf(n, nominal("y", ["a", null, "b", null])),
			{ target: "y" },
			/received none in 2 of 4 rows.\n {2}Try: missingTarget: "drop"/,
		],
		[
			"only missing targets",
			tableOf(n, nominal("y", [null, null, null, null])),
			{ target: "y", missingTarget: "drop" },
			/rows with a target/,
		],
		["names as values", tableOf(n, y), { target: "y", task: "values" }, /numbers to predict, received names: "no", "yes"/],
		["two columns of classes", tableOf(n, y), { target: ["y", "n"], task: "classes" }, /one column of classes, received 2 columns/],
		["nothing to learn from", tableOf(n, y), { target: "y", exclude: ["n"] }, /a column to learn from besides the target, received none/],
		["an unknown column to exclude", tableOf(n, y), { target: "y", exclude: ["m"] }, /exclude: expected the column "m"/],
		["two columns of one name", tableOf(n, n, y), { target: "y" }, /different names, received two named "n"/],
		["a column that is too short", tableOf(y, numeric("n", [1])), { target: "y" }, /4 cells in column "n", received 1/],
		["no rows", tableOf(numeric("n", []), nominal("y", [])), { target: "y" }, /a table with rows, received none/],
	])("%s", (_, table, options, message) => {
		expect(() => fitPreprocessor(table, options)).toThrow(message);
		expect(() => fitPreprocessor(table, options)).toThrow(DataError);
	});

	it("names the column in the error's field", () => {
		const table = tableOf(n, nominal("y", ["a", "a", "a", "a"]));
		expect(() => fitPreprocessor(table, { target: "y" })).toThrow(expect.objectContaining({ column: "y" }));
	});
});

/** Cuts a table into batches of the given size. */
function* batchesOf(table: Table, size: number): Generator<Table> {
	for (let start = 0; start < table.rowCount; start += size) {
		yield selectRows(
			table,
			Int32Array.from({ length: Math.min(size, table.rowCount - start) }, (_, i) => start + i),
		);
	}
}

describe("fitPreprocessorStream", () => {
	const rng = new RandomStream(7);
	const rowCount = 20_000;
	const cell = (make: () => number): number => (rng.bernoulli(0.1) ? Number.NaN : make());
	const names = ["a", "b", "c", null];
	const large = tableOf(
		numeric(
			"normal",
			Array.from({ length: rowCount }, () => cell(() => rng.normal(1e6, 3))),
		),
		numeric(
			"skewed",
			Array.from({ length: rowCount }, () => cell(() => Math.exp(rng.normal(0, 2)))),
		),
		numeric(
			"grade",
			Array.from({ length: rowCount }, () => cell(() => rng.integer(1, 6))),
		),
		nominal(
			"name",
			Array.from({ length: rowCount }, () => rng.choice(names)),
		),
		numeric(
			"y",
			Array.from({ length: rowCount }, () => cell(() => rng.normal(5, 2))),
		),
	);
	const options: PreprocessorOptions = { target: "y", missingTarget: "drop", columns: { skewed: { scale: "robust" } } };

	it("equals the fit in memory: categories and counts exactly, moments to 1e-12, quantiles to 0.1 % in rank", async () => {
		const whole = fitPreprocessor(large, options);
		const streamed = await fitPreprocessorStream(batchesOf(large, 777), options);
		expect({ ...streamed, inputs: [], target: null }).toEqual({ ...whole, inputs: [], target: null });
		const [a, b] = [stateOf(whole, "normal", "standardize"), stateOf(streamed, "normal", "standardize")] as {
			mean: number;
			deviation: number;
		}[];
		expect(Math.abs(b.mean / a.mean - 1)).toBeLessThan(1e-12);
		expect(Math.abs(b.deviation / a.deviation - 1)).toBeLessThan(1e-12);
		const [c, d] = [stateOf(whole, "skewed", "robust"), stateOf(streamed, "skewed", "robust")] as { median: number; spread: number }[];
		// Log-normal with σ = 2: 0.1 % in rank at the median moves its logarithm by 0.001 · √(2π) · 2 = 0.005, at the quartiles by 0.0063.
		expect(Math.abs(Math.log(d.median / c.median))).toBeLessThan(0.005);
		expect(Math.abs(Math.log(d.spread / c.spread))).toBeLessThan(0.0075);
		if (whole.target.kind !== "values" || streamed.target.kind !== "values") throw new Error("expected values");
		expect(Math.abs(streamed.target.columns[0].mean / whole.target.columns[0].mean - 1)).toBeLessThan(1e-12);
	});

	it("equals the fit in memory in every figure where quantiles are exact too", async () => {
		const small = selectRows(
			large,
			Int32Array.from({ length: 5000 }, (_, i) => i),
		);
		const [whole, streamed] = [fitPreprocessor(small, options), await fitPreprocessorStream(batchesOf(small, 100), options)];
		const round = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(11)) : value);
		expect(JSON.parse(JSON.stringify(streamed), round)).toEqual(JSON.parse(JSON.stringify(whole), round));
	});

	it("merges categories that batches list in different orders", async () => {
		const [first, second] = [
			tableOf(nominal("c", ["a", "b"]), nominal("y", ["p", "q"])),
			tableOf(nominal("y", ["q", "p"]), nominal("c", ["c", "a"])),
		];
		const preprocessor = await fitPreprocessorStream([first, second], { target: "y" });
		expect(preprocessor.featureNames).toEqual(["c=a", "c=b", "c=c"]);
		expect(preprocessor.target).toEqual({ kind: "classes", column: "y", classes: ["p", "q"], counts: [2, 2] });
	});

	it("refuses batches of other columns or kinds", async () => {
		const first = tableOf(numeric("n", [1, 2]), nominal("y", ["p", "q"]));
		const renamed = tableOf(numeric("m", [1, 2]), nominal("y", ["p", "q"]));
		const changed = tableOf(nominal("n", ["x", "2"]), nominal("y", ["p", "q"]));
		await expect(fitPreprocessorStream([first, renamed], { target: "y" })).rejects.toThrow(/batch from row 2: expected the column "n"/);
		await expect(fitPreprocessorStream([first, changed], { target: "y" })).rejects.toThrow(
			/column "n" to be numeric, as in the batches before/,
		);
		await expect(fitPreprocessorStream([], { target: "y" })).rejects.toThrow(/a table with rows/);
	});
});
