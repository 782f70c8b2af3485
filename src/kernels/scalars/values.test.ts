import { describe, expect, it } from "vitest";
import type { Primitive } from "../primitive.ts";
import * as rows from "./index.ts";

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
type Name = keyof typeof rows;
const primitiveOf: Readonly<Record<Name, Primitive>> = rows;

/** Closed forms, printed values of tables, and the conventions of IEEE 754, C99 and PyTorch. */
const values: readonly [Name, readonly number[], number][] = [
	["sign", [-3], -1],
	["sign", [-0], -0],
	["sign", [nan], nan],
	["minimum", [1, nan], nan],
	["maximum", [nan, 1], nan],
	["minimum", [0, -0], -0],
	["relu", [-2], 0],
	["relu", [nan], nan],
	["ne", [nan, nan], 1],
	["eq", [nan, nan], 0],
	["isNaN", [nan], 1],
	["isNaN", [inf], 0],
	["isFinite", [-inf], 0],
	["isFinite", [nan], 0],
	["isFinite", [1e308], 1],
	["erf", [0.5], 0.5204998778130465],
	["erf", [1], 0.8427007929497149],
	["erf", [-2], -0.9953222650189527],
	["erf", [2.9], 0.9999589021219005],
	["erf", [3.5], 0.9999992569016276],
	["erf", [1e-10], 1.1283791670955126e-10],
	["erf", [-inf], -1],
	["erf", [-0], -0],
	["exp2", [10], 1024],
	["log2", [2 ** -1074], -1074],
	["log10", [1000], 3],
	["logAddExp", [0, 0], Math.LN2],
	["logAddExp", [1000, 1001], 1001.3132616875182],
	["logAddExp", [inf, inf], inf],
	["logAddExp", [-inf, -inf], -inf],
	["logAddExp", [-inf, 3], 3],
	["softplus", [1000], 1000],
	["softplus", [-1000], 0],
	["sigmoid", [-1000], 0],
	["sigmoid", [0], 0.5],
	["pow", [2, 10], 1024],
	["pow", [nan, 0], 1],
	["pow", [1, nan], 1],
	["pow", [1, inf], 1],
	["pow", [-1, -inf], 1],
	["pow", [0, 0], 1],
	["pow", [-2, 3], -8],
	["pow", [-2, 0.5], nan],
	["pow", [-0, -3], -inf],
	["pow", [-0, 3], -0],
	["pow", [-0, 2], 0],
	["pow", [-inf, 0.5], inf],
	["pow", [-inf, -3], -0],
	["pow", [2, -inf], 0],
	["pow", [0.5, -inf], inf],
	["rsqrt", [0], inf],
	["rsqrt", [4], 0.5],
	["reciprocal", [-0], -inf],
	["mod", [7, 3], 1],
	["mod", [-7, 3], 2],
	["mod", [7, -3], -2],
	["mod", [-7, -3], -1],
	["mod", [-6, 3], -0],
	["mod", [5, inf], 5],
	["mod", [-5, inf], inf],
	["mod", [5, 0], nan],
	["round", [0.5], 0],
	["round", [1.5], 2],
	["round", [2.5], 2],
	["round", [-0.5], -0],
	["round", [-1.5], -2],
	["round", [2 ** 52 + 1], 2 ** 52 + 1],
	["toInteger", [-2.9], -2],
	["toInteger", [-0.5], 0],
	["toInteger", [nan], 0],
	["toInteger", [3e9], 2147483647],
	["atan2", [1, -1], 0.75 * Math.PI],
	["atan2", [-0, -1], -Math.PI],
	["atan2", [inf, -inf], 0.75 * Math.PI],
	["select", [0, nan, 2], 2],
];

/** Equal, or apart by no more than a few roundings of float64. */
function isClose(got: number, wanted: number): boolean {
	return Object.is(got, wanted) || Math.abs(got - wanted) <= 1e-15 * Math.abs(wanted);
}

describe("a scalar primitive's value", () => {
	it.each(values)("%s(%j) is %d", (name, args, wanted) => {
		const got = primitiveOf[name].value(...args);
		expect(isClose(got, wanted), `got ${got}`).toBe(true);
	});

	it("wraps int32 products exactly", () => {
		// (2³¹ − 1)² = 2⁶² − 2³² + 1
		expect(rows.mul.integerValue?.(2147483647, 2147483647)).toBe(1);
	});
});
