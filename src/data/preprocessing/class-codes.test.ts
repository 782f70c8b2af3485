import { describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { splitRows } from "../splits/split-rows.ts";
import { classCodes } from "./class-codes.ts";
import { nominal, numeric, tableOf, text } from "./fixture.ts";

describe("classCodes", () => {
	it("are places in the sorted classes, −1 where the target is missing", () => {
		expect(classCodes(tableOf(nominal("y", ["b", null, "a", "b"])), "y")).toEqual({
			stratify: Int32Array.of(1, -1, 0, 1),
			classes: ["a", "b"],
		});
		expect(classCodes(tableOf(numeric("y", [10, 9, Number.NaN, 9])), "y")?.stratify).toEqual(Int32Array.of(1, 0, -1, 0));
	});

	it("are none for numbers to predict and for text", () => {
		expect(classCodes(tableOf(numeric("y", [0.5, 1, 2])), "y")).toBeNull();
		expect(classCodes(tableOf(numeric("y", [0, 1, 0])), "y", "values")).toBeNull();
		expect(classCodes(tableOf(text("y", ["a", "b"])), "y")).toBeNull();
	});

	it("split a table by class", () => {
		const table = tableOf(nominal("y", ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"]));
		const { validation } = splitRows({ rowCount: 10, by: classCodes(table, "y") ?? "random", rng: new RandomStream(1) });
		expect(Array.from(validation, (row) => row % 2).sort()).toEqual([0, 1]);
	});

	it("refuse a column that is not there", () => {
		expect(() => classCodes(tableOf(nominal("survived", ["a"])), "survied")).toThrow(/expected the column "survied" \(near: "survived"\)/);
	});
});
