/** Operations of networks over drawn geometries: every executor gives the values and gradients of the reference. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomStream } from "../src/core/random/index.ts";
import type { Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { executors } from "./executors.ts";

const [{ executor: reference }, ...others] = executors;
const SETTINGS = { numRuns: 60 };

/**
 * Values of size 1; sums of a few dozen products of them, rounded in float32, and gradients of sums of squares, which are ten times as
 * large and cancel. Winograd's convolution multiplies the rounding by about ten.
 */
const TOLERANCE = 1e-4;

type Shape = readonly number[];
type Fn = (...inputs: Tensor[]) => Tensor;

/** Values and gradients of Σ result², inputs drawn from a fixed stream. */
function run(fn: Fn, shapes: readonly Shape[]): number[][] {
	const leaves = shapes.map((shape, i) => g.randomNormal(shape, new RandomStream(4, i)).requireGrad());
	const result = fn(...leaves);
	result.square().sum().backward();
	return [result, ...leaves.map((leaf) => leaf.grad ?? g.zerosLike(leaf))].map((x) => [...x.shape, ...x.dataSync()]);
}

function expectSameAsReference(executor: typeof reference, fn: Fn, shapes: readonly Shape[]): void {
	const on = (where: typeof reference): number[][] => g.withExecutor(where, () => g.scope(() => run(fn, shapes)));
	const expected = on(reference);
	on(executor).forEach((values, k) => {
		expect(values.length).toBe(expected[k].length);
		const wrong = values.findIndex((value, i) => {
			const wanted = expected[k][i];
			return !Object.is(value, wanted) && !(Math.abs(value - wanted) <= TOLERANCE * (1 + Math.abs(wanted)));
		});
		if (wrong >= 0) expect.fail(`${k === 0 ? "the result" : `gradient ${k - 1}`} at ${wrong}: ${values[wrong]}, not ${expected[k][wrong]}`);
	});
}

const small = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const two = (of: fc.Arbitrary<number>): fc.Arbitrary<[number, number]> => fc.tuple(of, of);

/** A convolution that fits: sizes follow from the kernel and a number of cells more. */
const convolutions = fc
	.record({
		batch: small(0, 3),
		groups: small(1, 3),
		inPerGroup: small(1, 5),
		outPerGroup: small(1, 5),
		kernel: two(small(1, 4)),
		stride: two(small(1, 3)),
		dilation: two(small(1, 3)),
		padding: two(small(0, 2)),
		extra: two(small(0, 6)),
		plain: fc.boolean(),
	})
	.map(({ batch, groups, inPerGroup, outPerGroup, kernel, extra, plain, ...rest }) => {
		// Half of them are what networks mostly use, for which executors have kernels of their own.
		const geometry = plain ? { stride: 1, dilation: 1, padding: rest.padding } : rest;
		const dilation = plain ? [1, 1] : rest.dilation;
		const window = kernel.map((length, i) => Math.max(1, dilation[i] * (length - 1) + 1 - 2 * rest.padding[i]) + extra[i]);
		const [inChannels, outChannels] = [groups * inPerGroup, groups * outPerGroup];
		return { batch, groups, inChannels, outChannels, inPerGroup, outPerGroup, kernel, window, geometry };
	});

const poolings = fc
	.record({
		planes: two(small(0, 3)),
		kernel: two(small(1, 4)),
		stride: two(small(1, 3)),
		extra: two(small(0, 6)),
		padded: fc.boolean(),
		ceilMode: fc.boolean(),
		countIncludePad: fc.boolean(),
	})
	.map(({ planes, kernel, extra, padded, ...options }) => ({
		shape: [...planes, kernel[0] + extra[0], kernel[1] + extra[1]],
		kernel,
		options: { ...options, padding: kernel.map((length) => (padded ? Math.floor(length / 2) : 0)) as [number, number] },
	}));

describe.each(others)("$name", ({ executor }) => {
	test("convolutions of any geometry", () => {
		fc.assert(
			fc.property(convolutions, ({ batch, groups, inChannels, outChannels, inPerGroup, kernel, window, geometry }) => {
				const fn: Fn = (x, weight, bias) => x.conv2d(weight, { bias, groups, ...geometry });
				expectSameAsReference(executor, fn, [[batch, inChannels, ...window], [outChannels, inPerGroup, ...kernel], [outChannels]]);
			}),
			SETTINGS,
		);
	});

	test("transposed convolutions of any geometry", () => {
		fc.assert(
			fc.property(convolutions, ({ batch, groups, inChannels, outChannels, outPerGroup, kernel, geometry }) => {
				const fn: Fn = (x, weight, bias) => x.convTranspose2d(weight, { bias, groups, ...geometry, padding: 0 });
				expectSameAsReference(executor, fn, [[batch, inChannels, 3, 4], [inChannels, outPerGroup, ...kernel], [outChannels]]);
			}),
			SETTINGS,
		);
	});

	test("poolings of any geometry", () => {
		fc.assert(
			fc.property(poolings, fc.constantFrom("max", "avg"), ({ shape, kernel, options }, kind) => {
				expectSameAsReference(executor, (x) => (kind === "max" ? x.maxPool2d(kernel, options) : x.avgPool2d(kernel, options)), [shape]);
			}),
			SETTINGS,
		);
	});

	test("adaptive poolings to any size", () => {
		fc.assert(
			fc.property(two(small(1, 9)), two(small(1, 6)), fc.constantFrom("max", "avg"), (size, wanted, kind) => {
				expectSameAsReference(executor, (x) => (kind === "max" ? x.adaptiveMaxPool2d(wanted) : x.adaptiveAvgPool2d(wanted)), [
					[2, 2, ...size],
				]);
			}),
			SETTINGS,
		);
	});

	test("normalisations of any layout", () => {
		fc.assert(
			fc.property(small(2, 20), small(0, 20), fc.array(small(1, 5), { maxLength: 2 }), (n, channels, rest) => {
				const parameters = [[channels], [channels]];
				const weigh = (y: Tensor, x: Tensor): Tensor => y.mul(x.detach().sin());
				// Two values that happen to lie close are divided by next to nothing; epsilon bounds what that does to roundings.
				expectSameAsReference(executor, (x, scale, shift) => weigh(x.batchNorm({ scale, shift, training: true, epsilon: 0.1 }), x), [
					[n, channels, ...rest],
					...parameters,
				]);
				expectSameAsReference(executor, (x, scale, shift) => weigh(x.layerNorm({ scale, shift, epsilon: 0.1 }), x), [
					[n, ...rest, channels],
					...parameters,
				]);
			}),
			SETTINGS,
		);
	});

	test("softmax and cross-entropy of any number of rows and classes", () => {
		fc.assert(
			fc.property(small(0, 12), small(1, 40), fc.constantFrom("mean", "sum", "none"), fc.integer(), (n, classes, reduction, seed) => {
				const labels = new Int32Array(n).map((_, i) => (i === 2 ? -100 : Math.abs(seed + 7 * i) % classes));
				const fn: Fn = (x) => x.softmax().add(x.logSoftmax(0).sin());
				expectSameAsReference(executor, fn, [[n, classes]]);
				expectSameAsReference(executor, (x) => x.crossEntropy(g.tensor(labels), { reduction, labelSmoothing: 0.1 }), [[n, classes]]);
			}),
			SETTINGS,
		);
	});
});
