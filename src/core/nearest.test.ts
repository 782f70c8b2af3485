import { describe, expect, it } from "vitest";
import { editDistance, nearestNames, suggestion } from "./nearest.ts";

describe("editDistance", () => {
	it.each([
		["", "", 0],
		["", "abc", 3],
		["adam", "adam", 0],
		["kitten", "sitting", 3],
		["raleu", "relu", 2],
		["rleu", "relu", 1],
		// The restricted form does not edit what it has swapped; unrestricted it would be 2.
		["ca", "abc", 3],
	])("from %j to %j it is %i", (from, to, edits) => {
		expect(editDistance(from, to)).toBe(edits);
		expect(editDistance(to, from)).toBe(edits);
	});
});

describe("suggestion", () => {
	it("names what is near, whatever its case and punctuation", () => {
		expect(nearestNames("Adam_W", ["sgd", "adamW"])).toEqual(["adamW"]);
		expect(suggestion("rleu", ["tanh", "relu"])).toBe('Did you mean "relu"?');
	});

	it("names all where nothing is near", () => {
		expect(suggestion("xyz", ["relu", "tanh"])).toBe("Known: relu, tanh.");
	});

	it("puts the closest first and gives at most three", () => {
		expect(nearestNames("abcdef", ["abcxyf", "abcdef", "abcdex", "abcdxf", "qqqqqq"])).toEqual(["abcdef", "abcdex", "abcdxf"]);
	});

	it.each([
		["with the same first letters", "age", ["wage", "page", "agee"], ["agee", "wage", "page"]],
		["with the longer common beginning", "linaer", ["kinaer", "liaer", "linar"], ["linar", "liaer", "kinaer"]],
		["of more alike length", "max", ["maxPool1d", "maxOut", "mux"], ["maxOut", "maxPool1d", "mux"]],
		["given first, if all else is equal", "cat", ["cab", "car"], ["cab", "car"]],
	])("of names as near prefers those %s", (_, given, known, expected) => {
		expect(nearestNames(given, known)).toEqual(expected);
	});

	it("compares letters of any script", () => {
		expect(nearestNames("вoзраст", ["возраст", "пол"])).toEqual(["возраст"]);
		expect(nearestNames("年齢", ["性別", "年令"])).toEqual(["年令"]);
		expect(suggestion("пол", ["возраст", "цена"])).toBe("Known: возраст, цена.");
	});

	it("takes no name of a letter or two, or without any, for a part of another", () => {
		expect(nearestNames("abc", ["—", "abd"])).toEqual(["abd"]);
		expect(nearestNames("sepal_length", ["a", "th", "sepal_lenght"])).toEqual(["sepal_lenght"]);
	});
});
