import { describe, expect, it } from "vitest";
import { meantBy, suggestionFor } from "./synonyms.ts";

const known = [{ name: "source", alsoCalled: ["path", "file"] }, { name: "target", alsoCalled: ["label"] }, { name: "test" }];

describe("suggestionFor", () => {
	it.each([
		["another word", "path", 'Did you mean "source"?'],
		["another word in another case", "Label", 'Did you mean "target"?'],
		["a misspelt other word", "lable", 'Did you mean "target"?'],
		["a misspelt name", "sorce", 'Did you mean "source"?'],
		["nothing near", "quantity", "Known: source, target, test."],
	])("leads from %s to the name", (_, given, text) => {
		expect(suggestionFor(given, known)).toBe(text);
	});

	it("names a thing once, however many of its words are near", () => {
		expect(meantBy("labels", [{ name: "label", alsoCalled: ["labeled", "labelled"] }]).map(({ name }) => name)).toEqual(["label"]);
	});
});
