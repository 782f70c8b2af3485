import { describe, expect, it } from "vitest";
import { operand, valuesOf } from "./fixture.ts";
import { random } from "./random.ts";

const position = { key: [1, 2], counter: [3, 0, 0, 0] } as const;

describe("random", () => {
	it("gives a float64 tensor the draws of a float32 one", () => {
		const [single, double] = [operand("float32", [7]), operand("float64", [7])];
		for (const out of [single, double]) random({ kind: "normal", mean: 0, std: 1 }, position, out);
		expect(valuesOf(double)).toEqual(valuesOf(single));
		expect(new Set(valuesOf(double)).size).toBe(7);
	});

	it("draws nothing outside a uniform range, and all or nothing at the ends of a probability", () => {
		const out = operand("float32", [101]);
		random({ kind: "uniform", low: 2, high: 3 }, position, out);
		expect(valuesOf(out).every((value) => value >= 2 && value < 3)).toBe(true);
		random({ kind: "bernoulli", probability: 1, scale: 4 }, position, out);
		expect(valuesOf(out).every((value) => value === 4)).toBe(true);
	});
});
