import { describe, expect, it } from "vitest";
import {
	atLeastZero,
	choiceOption,
	decayOption,
	expectation,
	fits,
	integerOption,
	numbersOption,
	positive,
	resolveOptions,
	showKind,
} from "./options.ts";

interface Options {
	readonly lr?: number;
	readonly beta?: number;
}
const specs = { lr: positive("learning rate", 0.1), beta: decayOption("decay", null) };

describe("options", () => {
	it.each([
		["a decay takes 0", decayOption("", 0), 0, true],
		["a decay does not take 1", decayOption("", 0), 1, false],
		["a positive number is not 0", positive(""), 0, false],
		["at least zero takes 0", atLeastZero(""), 0, true],
		["a number is not NaN", atLeastZero(""), Number.NaN, false],
		["an integer has no fraction", integerOption("", 1), 1.5, false],
		["null only where it is the default", positive("", 1), null, false],
		["null where it is the default", positive("", null), null, true],
		["a list has its length", numbersOption("", decayOption(""), [0.9, 0.99]), [0.9], false],
		["items keep their bounds", numbersOption("", decayOption(""), [0.9, 0.99]), [0.9, 1], false],
		["a choice is one of its words", choiceOption("", ["a", "b"]), "c", false],
	])("%s", (_, spec, value, expected) => {
		expect(fits(spec, value)).toBe(expected);
	});

	it("fills in defaults, for undefined too", () => {
		expect(resolveOptions<Options>("sgd", specs, { lr: undefined })).toEqual({ lr: 0.1, beta: null });
	});

	it("says what was expected and what came", () => {
		expect(() => resolveOptions<Options>("sgd", specs, { lr: 0 })).toThrow("sgd: expected lr to be a number > 0, received 0.");
		const named = { out: { ...integerOption("", 1), alsoCalled: ["units"] } };
		expect(() => resolveOptions("linear", named, { units: 1 } as object)).toThrow('there is no option "units". Did you mean "out"?');
		expect(() => resolveOptions("sgd", specs, { bata: 1 } as Options)).toThrow('there is no option "bata". Did you mean "beta"?');
		expect(() => resolveOptions<{ lr: number }>("sgd", { lr: positive("") }, undefined)).toThrow('"lr" is missing; expected a number > 0');
	});

	it("words both bounds and null", () => {
		expect(expectation(decayOption("", null))).toBe("a number ≥ 0 and < 1 or null");
	});
});

it("names a value of unknown origin by its kind", () => {
	const given = [
		undefined,
		null,
		3,
		"a",
		Symbol("s"),
		() => 1,
		new Map(),
		new Int32Array(1),
		[],
		[[1]],
		{ a: 1, b: 2 },
		Object.create(null),
	];
	expect(given.map(showKind)).toEqual([
		...["nothing", "null", "3", '"a"', "Symbol(s)", "a function", "a Map", "an Int32Array", "an empty list"],
		...["a list that begins with a list", 'an object with "a", "b"', "an object with no fields"],
	]);
});
