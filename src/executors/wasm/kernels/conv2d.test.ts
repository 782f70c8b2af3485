import { describe, expect, it } from "vitest";
import { formula } from "../../../kernels/formula.ts";
import { benches, type ConvCase, eachTerm, error, free, numbers, operand, read } from "./contraction-testing.ts";

/** Sums of up to a few thousand float32 products; Winograd's transforms lose one or two more bits. */
const TOLERANCE = 1e-5;
const double = formula("double", (x) => x.add(x));

function conv(
	x: ConvCase["x"],
	outChannels: number,
	kernel: readonly [number, number],
	options: {
		stride?: [number, number];
		padding?: [number, number];
		dilation?: [number, number];
		groups?: number;
		after?: [number, number];
	} = {},
): ConvCase {
	const { stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 } = options;
	// `after`: zeros below and to the right, by default as many as above and to the left.
	const { after = padding } = options;
	const side = (axis: 0 | 1): number =>
		Math.floor((x[2 + axis] + padding[axis] + after[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
	return { x, out: [outChannels, side(0), side(1)], kernel, geometry: { stride, padding, dilation, groups } };
}

const cases: Record<string, ConvCase> = {
	"one pixel": conv([1, 1, 1, 1], 1, [1, 1]),
	pointwise: conv([3, 5, 6, 7], 9, [1, 1]),
	"pointwise in groups": conv([2, 6, 5, 4], 9, [1, 1], { groups: 3 }),
	"pointwise with a stride": conv([2, 4, 7, 9], 3, [1, 1], { stride: [2, 2] }),
	"pointwise with padding": conv([2, 3, 4, 4], 5, [1, 1], { padding: [1, 2] }),
	"3 × 3": conv([2, 3, 8, 8], 4, [3, 3]),
	"3 × 3, one channel in, many out": conv([3, 1, 12, 12], 32, [3, 3]),
	"3 × 3, odd sizes": conv([2, 3, 9, 11], 5, [3, 3]),
	"3 × 3 padded": conv([2, 5, 8, 8], 7, [3, 3], { padding: [1, 1] }),
	"3 × 3 padded, odd sizes": conv([1, 2, 7, 13], 3, [3, 3], { padding: [1, 1] }),
	"3 × 3, channels as in a network": conv([3, 16, 16, 16], 32, [3, 3], { padding: [1, 1] }),
	"3 × 3, 32 to 64 without padding": conv([2, 32, 10, 10], 64, [3, 3]),
	"3 × 3, 64 to 64, small": conv([5, 64, 8, 8], 64, [3, 3], { padding: [1, 1] }),
	"3 × 3 padded on two sides only": conv([2, 4, 6, 6], 4, [3, 3], { padding: [0, 0], after: [2, 2] }),
	"3 × 3 padded unevenly": conv([2, 4, 6, 9], 4, [3, 3], { padding: [2, 1], after: [0, 2] }),
	"3 × 3 on an image of one pixel": conv([2, 4, 1, 1], 4, [3, 3], { padding: [1, 1] }),
	"3 × 3 with much padding": conv([1, 2, 3, 3], 2, [3, 3], { padding: [4, 5] }),
	"3 × 3 in groups": conv([2, 8, 9, 9], 6, [3, 3], { groups: 2, padding: [1, 1] }),
	"3 × 3 with a stride": conv([2, 16, 16, 16], 8, [3, 3], { stride: [2, 2], padding: [1, 1] }),
	"3 × 3 dilated": conv([2, 3, 11, 12], 4, [3, 3], { dilation: [2, 3], padding: [2, 3] }),
	"strides and dilation that differ": conv([2, 3, 13, 17], 4, [3, 2], { stride: [2, 3], dilation: [1, 2], padding: [1, 0] }),
	"5 × 5": conv([2, 3, 12, 12], 6, [5, 5], { padding: [2, 2] }),
	"7 × 7 with a stride": conv([1, 3, 23, 23], 8, [7, 7], { stride: [2, 2], padding: [3, 3] }),
	"a kernel as large as the image": conv([3, 4, 5, 6], 7, [5, 6]),
	"rows only": conv([2, 3, 1, 20], 4, [1, 5], { padding: [0, 2] }),
	depthwise: conv([2, 5, 9, 10], 5, [3, 3], { groups: 5, padding: [1, 1] }),
	"depthwise without padding": conv([2, 4, 8, 8], 4, [3, 3], { groups: 4 }),
	"depthwise with a stride": conv([2, 6, 11, 9], 6, [3, 3], { groups: 6, stride: [2, 2], padding: [1, 1] }),
	"depthwise, two outputs a channel": conv([2, 3, 7, 7], 6, [3, 3], { groups: 3, padding: [1, 1] }),
	"depthwise dilated": conv([1, 3, 12, 12], 3, [5, 3], { groups: 3, dilation: [2, 2], padding: [4, 2] }),
	"depthwise with a stride of three": conv([2, 3, 14, 20], 3, [3, 2], { groups: 3, stride: [3, 3], padding: [1, 1] }),
	"depthwise, pixels that no window reaches": conv([2, 3, 8, 10], 3, [2, 2], { groups: 3, stride: [3, 4] }),
	"pixels that no window reaches": conv([2, 3, 8, 10], 3, [2, 2], { stride: [3, 4] }),
	"rows longer than the scratch": conv([1, 1, 3, 400_000], 1, [3, 3], { stride: [1, 40], padding: [1, 1] }),
	"pixels a million apart": conv([1, 2, 1, 1_060_098], 2, [1, 2], { dilation: [1, 1_060_000], padding: [0, 3] }),
	"3 × 3, channels that fill no vector": conv([2, 9, 12, 9], 14, [3, 3], { padding: [1, 1] }),
	"3 × 3, edges that fill no tile": conv([3, 8, 15, 18], 10, [3, 3]),
	"3 × 3 with padding of two": conv([2, 8, 10, 10], 8, [3, 3], { padding: [2, 2] }),
	"3 × 3 padded on two sides only, many channels": conv([2, 12, 16, 16], 12, [3, 3], { padding: [0, 2], after: [2, 0] }),
	"no images": conv([0, 3, 6, 6], 4, [3, 3]),
	"no input channels": conv([2, 0, 6, 6], 4, [3, 3]),
};

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Sums in float64 for a case whose x, weight and output gradient are the numbers of seeds 1, 2 and 3; formed once for all engines. */
interface Expected {
	readonly forward: Float64Array;
	readonly gradInput: Float64Array;
	readonly gradWeight: Float64Array;
}

function once<T>(make: () => T): () => T {
	let made: { value: T } | null = null;
	return () => (made ??= { value: make() }).value;
}

function shapesOf(test: ConvCase) {
	const outShape = [test.x[0], ...test.out];
	return { outShape, weightShape: [test.out[0], test.x[1] / test.geometry.groups, ...test.kernel] };
}

function expectedOf(test: ConvCase): Expected {
	const { outShape, weightShape } = shapesOf(test);
	const [xs, ws, gs] = [test.x, weightShape, outShape].map((shape, i) => numbers(sizeOf(shape), i + 1));
	const [gradInput, gradWeight, forward] = [xs, ws, gs].map((values) => new Float64Array(values.length));
	eachTerm(test, (i, j, o) => {
		forward[o] += xs[i] * ws[j];
		gradInput[i] += gs[o] * ws[j];
		gradWeight[j] += gs[o] * xs[i];
	});
	return { forward, gradInput, gradWeight };
}

const engines = benches();
for (const [title, test] of Object.entries(cases)) {
	const expected = once(() => expectedOf(test));
	const { outShape, weightShape } = shapesOf(test);
	const { geometry } = test;
	for (const { name, host, kernels } of engines) {
		describe(`convolution, ${name}: ${title}`, () => {
			it("forward is the sum over the window", () => {
				const [x, weight, out] = [operand(host, test.x, { seed: 1 }), operand(host, weightShape, { seed: 2 }), operand(host, outShape)];
				kernels.conv2d(x, weight, out, { bias: null, activation: null, geometry });
				expect(error(read(out), expected().forward)).toBeLessThan(TOLERANCE);
				free(x, weight, out);
			});

			it("adds a bias per channel and then applies the activation", () => {
				const [x, weight, out] = [operand(host, test.x, { seed: 1 }), operand(host, weightShape, { seed: 2 }), operand(host, outShape)];
				const bias = operand(host, [test.out[0]], { seed: 4 });
				const [bs, plane] = [read(bias), test.out[1] * test.out[2]];
				kernels.conv2d(x, weight, out, { bias, activation: double, geometry });
				const sums = expected().forward.map((sum, o) => 2 * (sum + bs[Math.floor(o / plane) % test.out[0]]));
				expect(error(read(out), sums)).toBeLessThan(TOLERANCE);
				free(x, weight, out, bias);
			});

			it("the gradient in the input is the transposed sum", () => {
				const [gradOut, weight] = [operand(host, outShape, { seed: 3 }), operand(host, weightShape, { seed: 2 })];
				const gradX = operand(host, test.x);
				kernels.conv2dGradInput(gradOut, weight, gradX, geometry);
				expect(error(read(gradX), expected().gradInput)).toBeLessThan(TOLERANCE);
				free(gradOut, weight, gradX);
			});

			it("the gradient in the weight is the correlation", () => {
				const [gradOut, x] = [operand(host, outShape, { seed: 3 }), operand(host, test.x, { seed: 1 })];
				const gradWeight = operand(host, weightShape);
				kernels.conv2dGradWeight(x, gradOut, gradWeight, geometry);
				expect(error(read(gradWeight), expected().gradWeight)).toBeLessThan(TOLERANCE);
				free(gradOut, x, gradWeight);
			});
		});
	}
}

describe("convolution on threads", () => {
	const [whole, pieces] = engines;
	for (const [title, test] of Object.entries(cases)) {
		it(`gives the same bits however its units are shared out: ${title}`, () => {
			const results = [whole, pieces].map(({ host, kernels }) => {
				const { outShape, weightShape } = shapesOf(test);
				const [x, weight, gradOut] = [
					operand(host, test.x, { seed: 4 }),
					operand(host, weightShape, { seed: 5 }),
					operand(host, outShape, { seed: 6 }),
				];
				const [out, gradX, gradWeight] = [operand(host, outShape), operand(host, test.x), operand(host, weightShape)];
				kernels.conv2d(x, weight, out, { bias: null, activation: null, geometry: test.geometry });
				kernels.conv2dGradInput(gradOut, weight, gradX, test.geometry);
				kernels.conv2dGradWeight(x, gradOut, gradWeight, test.geometry);
				const values = [out, gradX, gradWeight].map(read);
				free(x, weight, gradOut, out, gradX, gradWeight);
				return values;
			});
			results[0].forEach((values, i) => {
				expect(Buffer.from(values.buffer).equals(Buffer.from(results[1][i].buffer))).toBe(true);
			});
		});
	}
});
