/** The recipes choose by size and kind of the data alone. */
import { describe, expect, it } from "vitest";
import type { TargetKind } from "../data/dataset.ts";
import type { PreparedData } from "./data/opened.ts";
import { recipeFor } from "./recipes.ts";

const classes: TargetKind = { kind: "classes", classes: ["a", "b"] };
const values: TargetKind = { kind: "values", names: ["y"] };

/** A table as far as recipes look at it. */
function tableOf(size: number, target: TargetKind): PreparedData {
	return { train: { size }, input: { kind: "table" }, target } as unknown as PreparedData;
}

describe("recipeFor", () => {
	it.each([
		[40, "tanh"],
		[599, "tanh"],
		[600, "gelu"],
		[999, "gelu"],
	])("gives classes with %i training rows 2 × 64 %s and 500 steps", (size, activation) => {
		const { model, steps } = recipeFor(undefined, tableOf(size, classes));
		expect(model).toEqual({ mlp: { hidden: [64, 64], activation, dropout: 0.3 } });
		expect(steps).toBe(500);
	});

	it.each([599, 600])("gives values with %i training rows the same ReLU network and 1,500 steps", (size) => {
		expect(recipeFor(undefined, tableOf(size, values))).toMatchObject({ model: { mlp: { hidden: [64, 64], dropout: 0.1 } }, steps: 1500 });
	});

	it("gives 1,000 training rows a wide ReLU network, whatever the target", () => {
		const wide = { model: { mlp: { hidden: [256, 256], dropout: 0.4 } }, steps: 2500, leastEpochs: 5 };
		expect(recipeFor(undefined, tableOf(1000, classes))).toEqual(wide);
		expect(recipeFor("mlp", tableOf(1000, values))).toEqual(wide);
	});

	it("keeps a model that was given options, with the steps that suit the data", () => {
		expect(recipeFor("mlp:16x2", tableOf(700, classes))).toMatchObject({ model: "mlp:16x2", steps: 500 });
	});
});
