import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, dtypes, isFloating, promote } from "./dtype.ts";

const names = Object.keys(dtypes) as DType[];
const anyType = fc.constantFrom(...names);

describe("promote", () => {
	it("orders the types: bool < uint8 < int32 < float32 < float64", () => {
		const order: DType[] = ["bool", "uint8", "int32", "float32", "float64"];
		for (const [i, low] of order.entries())
			for (const high of order.slice(i)) expect([promote(low, high), promote(high, low)]).toEqual([high, high]);
	});

	it("gives the same for three types in whatever order they meet", () => {
		fc.assert(fc.property(anyType, anyType, anyType, (a, b, c) => promote(promote(a, b), c) === promote(a, promote(c, b))));
	});
});

describe("dtypes", () => {
	it.each(names)("%s: an array of it takes the bytes that the table says", (name) => {
		const { array, bytes } = dtypes[name];
		expect(new array(3).byteLength).toBe(3 * bytes);
		expect(Array.from(array.from([0, 1]))).toEqual([0, 1]);
	});

	it("only float32 and float64 have derivatives", () => {
		expect(names.filter(isFloating)).toEqual(["float32", "float64"]);
	});
});
