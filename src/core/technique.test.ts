import { describe, expect, it } from "vitest";
import { Registry, type Technique } from "./technique.ts";

const facts = { kind: "thing", formula: "x", source: "—", torch: null, options: {} };
const drop: Technique = { ...facts, name: "drop", shorthand: "p", aliases: ["dropper"] };
const plain: Technique = { ...facts, name: "plain" };
const registry = new Registry("thing", [drop, plain]);

describe("Registry", () => {
	it("finds by name, alias, options and shorthand", () => {
		expect(registry.find("dropper")).toEqual({ technique: drop, options: {} });
		expect(registry.find({ drop: { p: 0.1, q: 2 } }).options).toEqual({ p: 0.1, q: 2 });
		expect(registry.find({ drop: 0.5 }).options).toEqual({ p: 0.5 });
	});

	it("refuses a bare value where there is no main option, and two names at once", () => {
		expect(() => registry.find({ plain: 1 })).toThrow("plain: expected options, an object, received 1.");
		expect(() => registry.find({ plain: {}, drop: {} })).toThrow("with one name");
	});

	it("refuses a name that is taken, by an alias too, and stays as it was", () => {
		expect(() => registry.with({ ...plain, name: "dropper" })).toThrow('two things named "dropper"');
		expect(registry.with({ ...plain, name: "other" }).names).toEqual(["drop", "plain", "other"]);
		expect(registry.names).toEqual(["drop", "plain"]);
	});
});
