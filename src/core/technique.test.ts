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
		expect(() => registry.find({ plain: 1 })).toThrow("plain: expected options, an object, received 1. It has none.");
		const optioned = new Registry("thing", [
			{ ...plain, options: { rate: { kind: "truth", about: "x" }, size: { kind: "truth", about: "y" } } },
		]);
		expect(() => optioned.find({ plain: 1 })).toThrow("It has: rate, size.");
		expect(() => registry.find({ plain: {}, drop: {} })).toThrow("with one name");
	});

	it("leads from other words and misspelt names to the name, in other registries too", () => {
		expect(() => registry.get("Dropper")).toThrow('There is no thing "Dropper". Did you mean "drop"?');
		expect(registry.suggest("plian")).toBe('Did you mean "plain"?');
		expect(registry.suggest("xyz", [{ ...plain, name: "other" }])).toBe("Known: drop, plain, other.");
	});

	it("refuses a name that is taken, by an alias too, and stays as it was", () => {
		expect(() => registry.with({ ...plain, name: "dropper" })).toThrow('two things named "dropper"');
		expect(registry.with({ ...plain, name: "other" }).names).toEqual(["drop", "plain", "other"]);
		expect(registry.names).toEqual(["drop", "plain"]);
	});
});
