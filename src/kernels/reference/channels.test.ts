import { describe, expect, it } from "vitest";
import { call, formula } from "../formula.ts";
import * as s from "../scalars/index.ts";
import { channelAffine, channelCombine, channelGradSums, channelStatistics } from "./channels.ts";
import { operand, valuesOf } from "./fixture.ts";

/** Two outer entries, two channels, three inner: channel 0 has 1 … 6, channel 1 has 10 six times. */
const layout = { outer: 2, channels: 2, inner: 3 };
const x = operand("float32", [2, 2, 3], [1, 2, 3, 10, 10, 10, 4, 5, 6, 10, 10, 10]);
const perChannel = (a: number, b: number) => operand("float32", [2], [a, b]);

describe("channelStatistics", () => {
	it("gives mean and biased variance over outer and inner", () => {
		const [mean, variance] = [perChannel(0, 0), perChannel(0, 0)];
		channelStatistics(x, mean, variance, layout);
		expect(valuesOf(mean)).toEqual([3.5, 10]);
		expect(valuesOf(variance)).toEqual([Math.fround(35 / 12), 0]);
	});

	it("does not lose a small variance beside a large mean", () => {
		const [mean, variance] = [operand("float32", [1]), operand("float32", [1])];
		const far = operand("float32", [1, 1, 2], [2 ** 23, 2 ** 23 + 1]);
		channelStatistics(far, mean, variance, { outer: 1, channels: 1, inner: 2 });
		expect(valuesOf(variance)).toEqual([0.25]);
	});
});

describe("channelAffine", () => {
	it("shifts and scales by channel, then applies the activation", () => {
		const out = operand("float32", [2, 2, 3]);
		const parameters = { mean: perChannel(3, 10), scale: perChannel(2, 100), shift: perChannel(1, -5) };
		channelAffine(x, out, parameters, { layout, activation: formula("relu", (a) => call(s.relu, a)) });
		expect(valuesOf(out)).toEqual([0, 0, 1, 0, 0, 0, 3, 5, 7, 0, 0, 0]);
		channelAffine(x, out, { ...parameters, shift: null }, { layout, activation: null });
		expect(valuesOf(out)).toEqual([-4, -2, 0, 0, 0, 0, 2, 4, 6, 0, 0, 0]);
	});
});

describe("channelGradSums", () => {
	it("sums gradients, and gradients times normalised values", () => {
		const grad = operand("float32", [2, 2, 3], [1, 0, 2, 1, 1, 1, 0, 0, 1, 2, 2, 2]);
		const sums = { grad: perChannel(0, 0), gradX: perChannel(0, 0) };
		channelGradSums(x, grad, { mean: perChannel(3, 8), inverseStd: perChannel(0.5, 2) }, sums, layout);
		expect(valuesOf(sums.grad)).toEqual([4, 9]);
		expect(valuesOf(sums.gradX)).toEqual([0.5 * (-2 + 0 + 3), 2 * 2 * 9]);
	});
});

describe("channelCombine", () => {
	it("is a · grad + b · x + c by channel", () => {
		const grad = operand("float32", [2, 2, 3], [1, 0, 2, 1, 1, 1, 0, 0, 1, 2, 2, 2]);
		const out = operand("float32", [2, 2, 3]);
		channelCombine(grad, x, out, { a: perChannel(100, 1), b: perChannel(10, 0), c: perChannel(1, 7) }, layout);
		expect(valuesOf(out)).toEqual([111, 21, 231, 8, 8, 8, 41, 51, 161, 9, 9, 9]);
	});

	it("does nothing over no elements", () => {
		const none = operand("float32", [0, 2, 3]);
		const coefficients = { a: perChannel(1, 1), b: perChannel(1, 1), c: perChannel(1, 1) };
		channelCombine(none, none, none, coefficients, { outer: 0, channels: 2, inner: 3 });
		expect(valuesOf(none)).toEqual([]);
	});
});
