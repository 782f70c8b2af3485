import { describe, expect, it } from "vitest";
import { call, formula } from "../formula.ts";
import * as s from "../scalars/index.ts";
import { operand, valuesOf, viewAs } from "./fixture.ts";
import { matmul } from "./matmul.ts";

const plain = { bias: null, activation: null, accumulate: false };
const a = operand("float32", [1, 2, 3], [1, 2, 3, 4, 5, 6]);
const b = operand("float32", [1, 3, 2], [1, 0, -1, 2, 0, 1]);

describe("matmul", () => {
	it("multiplies rows by columns", () => {
		const out = operand("float32", [1, 2, 2]);
		matmul(a, b, out, plain);
		expect(valuesOf(out)).toEqual([1 - 2, 4 + 3, 4 - 5, 10 + 6]);
	});

	it("reads transposed operands and one matrix for a whole batch", () => {
		const out = operand("float64", [2, 3, 3]);
		const pair = operand("float64", [2, 2, 3], [1, 2, 3, 4, 5, 6, 1, 0, 0, 0, 1, 0]);
		const left = viewAs(pair, [2, 3, 2], [6, 1, 3]);
		const right = viewAs(operand("float64", [2, 3], [1, 0, 2, 0, 1, 3]), [2, 2, 3], [0, 3, 1]);
		matmul(left, right, out, plain);
		expect(valuesOf(out)).toEqual([1, 4, 14, 2, 5, 19, 3, 6, 24, 1, 0, 2, 0, 1, 3, 0, 0, 0]);
	});

	it("adds the bias and applies the activation", () => {
		const out = operand("float32", [1, 2, 2]);
		const relu = formula("relu", (x) => call(s.relu, x));
		matmul(a, b, out, { bias: operand("float32", [2], [0.5, -10]), activation: relu, accumulate: false });
		expect(valuesOf(out)).toEqual([0, 0, 0, 6]);
	});

	it("adds to what is there", () => {
		const out = operand("float32", [1, 2, 2], [100, 200, 300, 400]);
		matmul(a, b, out, { ...plain, accumulate: true });
		expect(valuesOf(out)).toEqual([99, 207, 299, 416]);
	});

	it("gives zeros for an empty sum and nothing for no rows", () => {
		const zeros = operand("float32", [1, 2, 2]);
		matmul(operand("float32", [1, 2, 0]), operand("float32", [1, 0, 2]), zeros, plain);
		expect(valuesOf(zeros)).toEqual([0, 0, 0, 0]);
		const none = operand("float32", [1, 0, 2]);
		matmul(operand("float32", [1, 0, 3]), b, none, plain);
		expect(valuesOf(none)).toEqual([]);
	});

	it("follows IEEE: 0 · ∞ is NaN", () => {
		const out = operand("float32", [1, 1, 1]);
		matmul(operand("float32", [1, 1, 1], [0]), operand("float32", [1, 1, 1], [Number.POSITIVE_INFINITY]), out, plain);
		expect(valuesOf(out)).toEqual([Number.NaN]);
	});
});
