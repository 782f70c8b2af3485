import { describe, expect, it } from "vitest";
import { DataError } from "../errors.ts";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor } from "./fit.ts";
import { nominal, numeric, tableOf } from "./fixture.ts";
import { preprocessorFromJson } from "./json.ts";

const table = tableOf(
	numeric("n", [1, 2, Number.NaN, 3]),
	nominal("c", ["__proto__", "constructor", null, "__proto__"]),
	numeric("day", [0, 86_400, 5e6, 1e7], true),
	nominal("y", ["p", "q", "p", "q"]),
);
const preprocessors = {
	classes: fitPreprocessor(table, { target: "y", columns: { c: { encode: "embedding" }, n: { scale: "robust" } } }),
	values: fitPreprocessor(table, { target: "day", exclude: ["y"] }),
};
const saved = JSON.stringify(preprocessors.classes);

/** The saved record with what stands at a path replaced. */
function damaged(path: string, value: unknown): unknown {
	const record: unknown = JSON.parse(saved);
	const keys = path.split(".");
	const last = keys.pop()!;
	let place = record as Record<string, unknown>;
	for (const key of keys) place = place[key] as Record<string, unknown>;
	Object.defineProperty(place, last, { value, enumerable: true, configurable: true, writable: true });
	return record;
}

describe("preprocessorFromJson", () => {
	it.each(Object.entries(preprocessors))("restores a preprocessor of %s that makes the same features", (_, preprocessor) => {
		const restored = preprocessorFromJson(JSON.parse(JSON.stringify(preprocessor)));
		expect(restored).toEqual(preprocessor);
		expect(applyPreprocessor(restored, table)).toEqual(applyPreprocessor(preprocessor, table));
	});

	it.each<[string, unknown, RegExp]>([
		["version", 2, /preprocessor.version: expected 1, received 2/],
		["rowCount", -1, /preprocessor.rowCount: expected an integer ≥ 0/],
		["extra", 1, /preprocessor: expected the fields .*received also "extra"/],
		["__proto__", { polluted: true }, /received also "__proto__"/],
		["remarks", undefined, /preprocessor.remarks: expected a list, received nothing/],
		["inputs", [], /at least one input column/],
		["inputs.0.name", "c", /columns with different names/],
		["inputs.0.name", "y", /columns with different names, the target not among them/],
		["inputs.0.fill", "2", /inputs\[0\].fill: expected a finite number/],
		["inputs.0.kind", "nominal", /inputs\[0\].steps: expected no scaling of a nominal column/],
		["inputs.0.steps.0.transform", "robost", /expected a transform that this release has. Did you mean "robust"/],
		["inputs.0.steps.0.transform", "__proto__", /expected a transform that this release has/],
		["inputs.0.steps.0.state.spread", null, /state.spread: expected a finite number, received null/],
		["inputs.0.steps.0.state.spread", 0, /state.spread: expected a number > 0/],
		["inputs.0.steps.0.state.median", Number.NaN, /state.median: expected a finite number, received NaN/],
		["inputs.1.steps.0.state.categories", ["a", "a"], /names that all differ/],
		["inputs.1.steps.0.state.categories", ["a", "b"], /embeddings: expected the 1 embedded feature/],
		["inputs.2.steps.1.state.parts", ["weekday", "month"], /parts among month, weekday, hour, in this order/],
		["featureNames", ["n"], /featureNames: expected the \d+ features that the inputs make/],
		["embeddings.0.column", 0, /embeddings: expected the 1 embedded feature/],
		["target.kind", "values", /target.kind: expected "classes"/],
		["target.classes", ["p"], /at least two classes/],
		["target.counts", [1], /a count for each of 2 classes/],
		["target", { kind: "values", columns: [] }, /at least one target column/],
		["missingTarget", "maybe", /"error" or "drop"/],
	])("refuses %s = %j", (path, value, message) => {
		const record = damaged(path, value);
		expect(() => preprocessorFromJson(record)).toThrow(message);
		expect(() => preprocessorFromJson(record)).toThrow(DataError);
	});

	it.each([null, undefined, "{}", 3, [], new Map()])("refuses %j", (value) => {
		expect(() => preprocessorFromJson(value)).toThrow(DataError);
	});

	it("does not take fields from a prototype, nor run getters", () => {
		const inherited = Object.create(JSON.parse(saved));
		expect(() => preprocessorFromJson(inherited)).toThrow(/preprocessor.version: expected 1, received undefined/);
		const trap = Object.defineProperty(JSON.parse(saved), "rowCount", { get: () => expect.fail("the getter ran"), enumerable: true });
		expect(() => preprocessorFromJson(trap)).toThrow(/rowCount: expected an integer/);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});
});
