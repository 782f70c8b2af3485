import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NominalColumn, NumericColumn } from "../../table.ts";
import { collectorFor } from "../collect.ts";
import { nominal, numeric } from "../fixture.ts";
import { JsonReader } from "../json-reader.ts";
import { exactQuantiles } from "../quantiles.ts";
import type { FitOptions, Transform } from "../transform.ts";
import { embeddingDim } from "./embedding.ts";
import { cyclical, embedding, log, minMax, missingIndicator, none, oneHot, ordinal, robust, standardize, transforms } from "./index.ts";

type Cells = NumericColumn | NominalColumn;

function fitted<S>(transform: Transform<S>, column: Cells, options: Partial<FitOptions> = {}): S {
	const collector = collectorFor(column, { quantiles: exactQuantiles(), view: transform.view, distinctLimit: 100, textAsNames: false });
	collector.add(column);
	return transform.fit(collector.summary(), { fill: null, ...options });
}

/** Rows of features, written into the middle of wider rows. */
function apply<S>(transform: Transform<S>, state: S, column: Cells): number[][] {
	const width = transform.featureNames(state, column.name).length;
	const rowCount = column.kind === "numeric" ? column.values.length : column.codes.length;
	const [start, stride] = [2, width + 3];
	const values = new Float32Array(rowCount * stride);
	transform.apply(state, column, { values, start, stride });
	const rows = Array.from({ length: rowCount }, (_, row) => Array.from(values.subarray(row * stride, (row + 1) * stride)));
	for (const row of rows) expect([row[0], row[1], row[stride - 1]], "neighbours").toEqual([0, 0, 0]);
	return rows.map((row) => row.slice(start, start + width));
}

const column = numeric("n", [2, 4, 4, 4, 5, 5, 7, 9]);

describe("scalers", () => {
	it("standardize gives (x − 5) / 2 for numbers of mean 5 and deviation 2", () => {
		const state = fitted(standardize, column);
		expect(state).toEqual({ mean: 5, deviation: 2 });
		expect(apply(standardize, state, numeric("n", [2, 5, 9, 11])).flat()).toEqual([-1.5, 0, 2, 3]);
	});

	it("minMax maps 2 … 9 to 0 … 1 and goes beyond outside", () => {
		expect(apply(minMax, fitted(minMax, column), numeric("n", [2, 5.5, 9, 16])).flat()).toEqual([0, 0.5, 1, 2]);
	});

	it("robust divides by the distance of the quartiles 4 and 5.5 from the median 4.5", () => {
		expect(fitted(robust, column)).toEqual({ median: 4.5, spread: 1.5 });
		expect(apply(robust, fitted(robust, column), numeric("n", [3, 4.5, 6])).flat()).toEqual([-1, 0, 1]);
	});

	it("robust takes the deviation where the quartiles are equal", () => {
		// Five numbers, mean 2, Σ(x − 2)² = 4·4 + 64 = 80, deviation 4.
		expect(fitted(robust, numeric("n", [0, 0, 0, 0, 10]))).toEqual({ median: 0, spread: 4 });
	});

	it("robust does not divide by a distance that is rounding noise", () => {
		const spreadOf = (noise: number) => fitted(robust, numeric("n", [0, 0, noise, noise, 1])).spread;
		expect(spreadOf(1.01e-9)).toBe(1.01e-9);
		// Mean 0.2, Σ(x − 0.2)² = 4 · 0.04 + 0.64 = 0.8, deviation 0.4.
		expect(spreadOf(0.99e-9)).toBeCloseTo(0.4, 8);
	});

	it("log standardises sign(x) · log(1 + |x|)", () => {
		const [one, three] = [Math.E - 1, Math.E ** 3 - 1];
		const state = fitted(log, numeric("n", [one, three]));
		expect(state.mean).toBeCloseTo(2, 14);
		expect(state.deviation).toBeCloseTo(1, 14);
		const [[a], [b], [c]] = apply(log, state, numeric("n", [three, 0, -one]));
		// float32 of results up to 3 in size
		expect(a).toBeCloseTo(1, 6);
		expect(b).toBeCloseTo(-2, 6);
		expect(c).toBeCloseTo(-3, 6);
	});

	it("none leaves numbers as they are", () => {
		expect(apply(none, fitted(none, column), numeric("n", [2.5, -1])).flat()).toEqual([2.5, -1]);
	});

	it.each([standardize, minMax, robust, log])("$name makes 0 of equal numbers, never NaN", (scaler: Transform) => {
		expect(apply(scaler, fitted(scaler, numeric("n", [7, 7])), numeric("n", [7])).flat()).toEqual([0]);
	});

	it("standardize divides by the range where squares underflow", () => {
		const state = fitted(standardize, numeric("n", [0, 1e-200]));
		expect(state.deviation).toBe(1e-200);
	});

	it("standardize refuses numbers whose squares overflow and names the way out", () => {
		expect(() => fitted(standardize, numeric("price", [-1e200, 1e200]))).toThrow(
			/column "price".*\n.*Try: columns: \{ "price": \{ scale: "log" \} \}/,
		);
	});
});

describe("encoders", () => {
	const colours = nominal("colour", ["red", "blue", "red", "green"]);

	it("oneHot gives each category a feature in sorted order and unseen ones none", () => {
		const state = fitted(oneHot, colours);
		expect(oneHot.featureNames(state, "colour")).toEqual(["colour=blue", "colour=green", "colour=red"]);
		expect(apply(oneHot, state, nominal("colour", ["red", "pink", null, "blue"]))).toEqual([
			[0, 0, 1],
			[0, 0, 0],
			[0, 0, 0],
			[1, 0, 0],
		]);
	});

	it("oneHot gives missing a feature of its own if training had missing cells", () => {
		const state = fitted(oneHot, nominal("c", ["a", null, "b"]));
		expect(oneHot.featureNames(state, "c")).toEqual(["c=a", "c=b", "c (missing)"]);
		expect(apply(oneHot, state, nominal("c", [null, "b", "z"]))).toEqual([
			[0, 0, 1],
			[0, 1, 0],
			[0, 0, 0],
		]);
	});

	it("oneHot knows the name that fills missing cells", () => {
		expect(fitted(oneHot, nominal("c", ["a", null]), { fill: "unknown" })).toEqual({ categories: ["a", "unknown"], missing: false });
	});

	it("oneHot takes numbers by value, whatever kind they come in", () => {
		const state = fitted(oneHot, numeric("pclass", [3, 1, 2, 10]));
		expect(state.categories).toEqual(["1", "2", "3", "10"]);
		const expected = [
			[0, 0, 1, 0],
			[0, 0, 0, 1],
		];
		expect(apply(oneHot, state, numeric("pclass", [3, 10]))).toEqual(expected);
		expect(apply(oneHot, state, nominal("pclass", ["3.0", "10"]))).toEqual(expected);
	});

	it("oneHot knows 1 as true only among truths, and no spelling that two categories share", () => {
		expect(apply(oneHot, fitted(oneHot, nominal("b", ["true", "false"])), numeric("b", [1, 0]))).toEqual([
			[0, 1],
			[1, 0],
		]);
		expect(apply(oneHot, fitted(oneHot, nominal("b", ["true", "maybe"])), numeric("b", [1]))).toEqual([[0, 0]]);
		expect(apply(oneHot, fitted(oneHot, nominal("b", ["1.0", "01"])), numeric("b", [1]))).toEqual([[0, 0]]);
	});

	it("ordinal spreads the given order evenly over −1 … 1", () => {
		const sizes = nominal("size", ["L", "S", "M"]);
		const state = fitted(ordinal, sizes, { order: ["S", "M", "L"] });
		expect(apply(ordinal, state, nominal("size", ["S", "M", "L", "XL", null])).flat()).toEqual([-1, 0, 1, 0, 0]);
	});

	it("ordinal refuses an order that lacks a category", () => {
		expect(() => fitted(ordinal, nominal("size", ["L", "S"]), { order: ["S"] })).toThrow(
			/column "size": expected order to name all.*without "L"/,
		);
	});

	it("embedding counts from 1 and keeps 0 for unseen, missing and what came once", () => {
		const cities = nominal("city", ["b", "a", "b", "a", "c", null]);
		const state = fitted(embedding, cities);
		expect(apply(embedding, state, nominal("city", ["a", "b", "c", "d", null])).flat()).toEqual([1, 2, 0, 0, 0]);
		expect(embedding.embedding!(state)).toEqual({ count: 3, dim: embeddingDim(2) });
	});

	it("embeddingDim is round(1.6 · n^0.56), from 1 to 64", () => {
		// 1.6 · 31^0.56 = 10.95, 1.6 · 300^0.56 = 39.03, 1.6 · 1 = 1.6
		expect([1, 31, 300, 100_000].map(embeddingDim)).toEqual([2, 11, 39, 64]);
	});
});

describe("extras", () => {
	it("missingIndicator is 1 where a number is not finite or a name is absent", () => {
		expect(apply(missingIndicator, {}, numeric("n", [1, Number.NaN, Number.POSITIVE_INFINITY])).flat()).toEqual([0, 1, 1]);
		expect(apply(missingIndicator, {}, nominal("n", ["a", null])).flat()).toEqual([0, 1]);
	});

	it("cyclical keeps the parts that vary: hours of one day here", () => {
		const day = Date.UTC(2024, 0, 1) / 1000;
		const state = fitted(cyclical, numeric("at", [day, day + 6 * 3600], true));
		expect(state).toEqual({ parts: ["hour"] });
		const [[sin, cos], missing] = apply(cyclical, state, numeric("at", [day + 6 * 3600, Number.NaN], true));
		expect(sin).toBeCloseTo(1, 7);
		expect(cos).toBeCloseTo(0, 7);
		expect(missing).toEqual([0, 0]);
	});
});

describe("every transform", () => {
	it("has a name of its own", () => {
		expect(new Set(transforms.map(({ name }) => name)).size).toBe(transforms.length);
	});

	it.each(transforms)("$name keeps its state through JSON and makes finite features of any numbers", (transform) => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
				const cells = numeric("n", values);
				const state = fitted(transform, cells);
				const restored = transform.read(new JsonReader(JSON.parse(JSON.stringify(state)), "state"));
				const features = apply(transform, restored, cells);
				expect(features).toEqual(apply(transform, state, cells));
				expect(features.flat().every(Number.isFinite)).toBe(true);
			}),
			{ numRuns: 50 },
		);
	});
});
