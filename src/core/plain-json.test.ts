import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePlain, stringifyPlain } from "./plain-json.ts";

it("keeps every number, also those that JSON has not", () => {
	fc.assert(
		fc.property(fc.array(fc.double()), (numbers) => {
			const back = parsePlain(stringifyPlain({ numbers })) as { numbers: number[] };
			expect(back.numbers.every((value, i) => Object.is(value, numbers[i]))).toBe(true);
		}),
	);
	const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1];
	expect(parsePlain(stringifyPlain(special))).toEqual(special);
});

it("takes texts such as NaN for texts", () => {
	expect(parsePlain(stringifyPlain({ value: "NaN", other: Number.NaN }))).toEqual({ value: "NaN", other: Number.NaN });
});

it("sets no prototype from a text", () => {
	const value = parsePlain('{"__proto__":{"polluted":1},"a":{"$number":"NaN"}}') as object;
	expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
	expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
