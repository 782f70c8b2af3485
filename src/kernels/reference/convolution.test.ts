import { describe, expect, it } from "vitest";
import type { ConvGeometry } from "../contracts.ts";
import { call, formula } from "../formula.ts";
import * as s from "../scalars/index.ts";
import { conv2d, conv2dGradInput, conv2dGradWeight } from "./convolution.ts";
import { dot, operand, valuesOf, wholeNumbers } from "./fixture.ts";

const plain: ConvGeometry = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };

function convolved(
	x: readonly number[],
	shape: readonly number[],
	kernel: readonly number[],
	geometry: ConvGeometry,
	outShape: readonly number[],
): number[] {
	const size = Math.sqrt(kernel.length);
	const out = operand("float32", outShape);
	const weight = operand("float32", [1, 1, size, size], kernel);
	conv2d(operand("float32", shape, x), weight, out, { bias: null, activation: null, geometry });
	return valuesOf(out);
}

const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const corner = [1, 0, 0, -1];

describe("conv2d", () => {
	it("slides the kernel over the image without turning it", () => {
		expect(convolved(nine, [1, 1, 3, 3], corner, plain, [1, 1, 2, 2])).toEqual([1 - 5, 2 - 6, 4 - 8, 5 - 9]);
	});

	it("takes zeros around the image, more below and right if the output asks for them", () => {
		const padded = { ...plain, padding: [1, 1] as const };
		expect(convolved(nine, [1, 1, 3, 3], corner, padded, [1, 1, 4, 4])).toEqual([-1, -2, -3, 0, -4, -4, -4, 3, -7, -4, -4, 6, 0, 7, 8, 9]);
		expect(convolved(nine, [1, 1, 3, 3], corner, plain, [1, 1, 3, 3])).toEqual([-4, -4, 3, -4, -4, 6, 7, 8, 9]);
	});

	it("steps and spreads", () => {
		const sixteen = Array.from({ length: 16 }, (_, i) => i);
		expect(convolved(sixteen, [1, 1, 4, 4], corner, { ...plain, stride: [2, 1] }, [1, 1, 2, 3])).toEqual([-5, -5, -5, -5, -5, -5]);
		expect(convolved(nine, [1, 1, 3, 3], corner, { ...plain, dilation: [2, 2] }, [1, 1, 1, 1])).toEqual([1 - 9]);
	});

	it("keeps groups apart, adds the bias by channel and applies the activation", () => {
		const x = operand("float32", [1, 2, 1, 2], [1, 2, 10, 20]);
		const weight = operand("float32", [4, 1, 1, 1], [1, 2, 3, -1]);
		const out = operand("float32", [1, 4, 1, 2]);
		const relu = formula("relu", (v) => call(s.relu, v));
		const bias = operand("float32", [4], [0, 0.5, 0, 15]);
		conv2d(x, weight, out, { bias, activation: relu, geometry: { ...plain, groups: 2 } });
		expect(valuesOf(out)).toEqual([1, 2, 2.5, 4.5, 30, 60, 5, 0]);
	});

	it("sums over input channels", () => {
		const x = operand("float32", [2, 2, 1, 1], [1, 2, 3, 4]);
		const out = operand("float32", [2, 1, 1, 1]);
		conv2d(x, operand("float32", [1, 2, 1, 1], [10, 1]), out, { bias: null, activation: null, geometry: plain });
		expect(valuesOf(out)).toEqual([12, 34]);
	});
});

describe("the derivatives of conv2d", () => {
	it("are those of a single product", () => {
		const gradX = operand("float32", [1, 1, 3, 3]);
		const grad = operand("float32", [1, 1, 2, 2], [1, 0, 0, 10]);
		conv2dGradInput(grad, operand("float32", [1, 1, 2, 2], corner), gradX, plain);
		expect(valuesOf(gradX)).toEqual([1, 0, 0, 0, 10 - 1, 0, 0, 0, -10]);
		const gradWeight = operand("float32", [1, 1, 2, 2]);
		conv2dGradWeight(operand("float32", [1, 1, 3, 3], nine), grad, gradWeight, plain);
		expect(valuesOf(gradWeight)).toEqual([1 + 50, 2 + 60, 4 + 80, 5 + 90]);
	});

	it.each([
		{
			x: [2, 4, 5, 6],
			weight: [6, 2, 3, 2],
			out: [2, 6, 3, 3],
			geometry: { stride: [2, 2], padding: [1, 0], dilation: [1, 1], groups: 2 },
		},
		{
			x: [1, 3, 7, 4],
			weight: [2, 3, 2, 3],
			out: [1, 2, 5, 4],
			geometry: { stride: [1, 1], padding: [0, 2], dilation: [2, 2], groups: 1 },
		},
		{
			x: [2, 2, 3, 3],
			weight: [2, 1, 3, 3],
			out: [2, 2, 5, 5],
			geometry: { stride: [1, 1], padding: [2, 2], dilation: [1, 1], groups: 2 },
		},
	] as const)(
		"are adjoint to it: ⟨conv(x, w), g⟩ = ⟨x, gradX⟩ = ⟨w, gradWeight⟩, stride $geometry.stride",
		({ x, weight, out, geometry }) => {
			// Whole numbers, so that all sums are exact whatever their order.
			const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
			const [image, kernel, grad] = [x, weight, out].map((shape, i) => operand("float64", shape, wholeNumbers(count(shape), i + 1)));
			const result = operand("float64", out);
			conv2d(image, kernel, result, { bias: null, activation: null, geometry });
			const gradX = operand("float64", x);
			conv2dGradInput(grad, kernel, gradX, geometry);
			const gradWeight = operand("float64", weight);
			conv2dGradWeight(image, grad, gradWeight, geometry);
			const expected = dot(valuesOf(result), valuesOf(grad));
			expect(expected).not.toBe(0);
			expect(dot(valuesOf(image), valuesOf(gradX))).toBe(expected);
			expect(dot(valuesOf(kernel), valuesOf(gradWeight))).toBe(expected);
		},
	);
});
