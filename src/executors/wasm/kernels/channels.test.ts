import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelLayout } from "../../../kernels/contracts.ts";
import { call, formula } from "../../../kernels/formula.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { relu } from "../../../kernels/scalars/arithmetic.ts";
import { channelGradSums } from "./channel-grad-sums.ts";
import { channelAffine, channelCombine } from "./channel-map.ts";
import { channelStatistics } from "./channel-statistics.ts";
import { inPieces, largestError, makeHost, operand, someNumbers, type Twin, twin, twinValues, valuesOf } from "./fixture.ts";

const host = makeHost();
const rectify = formula("relu", (x) => call(relu, x));

const layouts = fc.oneof(
	fc.record({ outer: fc.integer({ min: 1, max: 80 }), channels: fc.integer({ min: 1, max: 40 }), inner: fc.constant(1) }),
	fc.record({ outer: fc.integer({ min: 1, max: 6 }), channels: fc.integer({ min: 1, max: 6 }), inner: fc.integer({ min: 2, max: 70 }) }),
);
/** Shapes that reach every loop: several blocks, several segments, tails, nothing at all. */
const special: ChannelLayout[] = [
	{ outer: 700, channels: 21, inner: 1 },
	{ outer: 9, channels: 2, inner: 1500 },
	{ outer: 300, channels: 3, inner: 49 },
	{ outer: 1, channels: 4, inner: 1 },
	{ outer: 3, channels: 0, inner: 5 },
];

function eachLayout(check: (layout: ChannelLayout) => void): void {
	special.forEach(check);
	fc.assert(fc.property(layouts, check), { numRuns: 40 });
}

function data(layout: ChannelLayout, seed: number, offset = 0): Twin {
	const { outer, channels, inner } = layout;
	const values = someNumbers(outer * channels * inner, seed).map((v) => 2 * v + offset);
	return twin(host, "float32", [outer, channels, inner], values);
}
const parameter = (layout: ChannelLayout, seed: number): Twin =>
	twin(host, "float32", [layout.channels], someNumbers(layout.channels, seed));
const error = (x: Twin): number => largestError(...twinValues(host, x));

describe("channelStatistics", () => {
	const kernel = channelStatistics(host);

	it("agrees with two passes in float64", () => {
		eachLayout((layout) => {
			const [x, mean, variance] = [data(layout, 3, 1), parameter(layout, 1), parameter(layout, 1)];
			kernel(x.wasm, mean.wasm, variance.wasm, layout);
			referenceKernels.channelStatistics(x.reference, mean.reference, variance.reference, layout);
			expect(error(mean)).toBeLessThan(3e-7);
			expect(error(variance)).toBeLessThan(1e-6);
		});
	});

	it("keeps a small variance beside a large mean, wherever the first values lie", () => {
		for (const layout of [
			{ outer: 2000, channels: 3, inner: 1 },
			{ outer: 20, channels: 2, inner: 900 },
		]) {
			const { outer, channels, inner } = layout;
			// 4096 + k / 8 is exact in float32; k = 0 … 7 has variance 5.25. The first values are far away from the others.
			const values = Float32Array.from({ length: outer * channels * inner }, (_, i) => 4096 + (Math.floor(i / channels) % 8) / 8);
			for (let i = 0; i < channels * inner * 2; i++) values[i] -= 4000;
			const [x, mean, variance] = [
				twin(host, "float32", [outer, channels, inner], values),
				twin(host, "float32", [channels]),
				twin(host, "float32", [channels]),
			];
			kernel(x.wasm, mean.wasm, variance.wasm, layout);
			referenceKernels.channelStatistics(x.reference, mean.reference, variance.reference, layout);
			expect(error(mean)).toBeLessThan(2e-7);
			expect(error(variance)).toBeLessThan(2e-6);
		}
	});

	it("gives variance 0 for equal values, and lets NaN and infinities through", () => {
		const check = (values: number[], wanted: [number, number]): void => {
			for (const inner of [1, values.length]) {
				const layout = { outer: values.length / inner, channels: 1, inner };
				const [x, mean, variance] = [
					operand(host, "float32", [values.length], values),
					operand(host, "float32", [1]),
					operand(host, "float32", [1]),
				];
				kernel(x, mean, variance, layout);
				expect([valuesOf(host, mean)[0], valuesOf(host, variance)[0]]).toEqual(wanted);
			}
		};
		check(new Array(77).fill(Math.fround(0.1)), [Math.fround(0.1), 0]);
		check([1, 2, Number.NaN, 3], [Number.NaN, Number.NaN]);
		check([1, Number.POSITIVE_INFINITY, 2], [Number.POSITIVE_INFINITY, Number.NaN]);
	});
});

describe("channelAffine and channelCombine", () => {
	it("agree with the reference", () => {
		const [affine, combine] = [channelAffine(host), channelCombine(host)];
		eachLayout((layout) => {
			const [x, grad, a, b, c] = [data(layout, 1), data(layout, 2), parameter(layout, 3), parameter(layout, 4), parameter(layout, 5)];
			for (const shift of [b, null]) {
				for (const activation of [null, rectify]) {
					const out = data(layout, 9);
					const options = { layout, activation };
					affine(x.wasm, out.wasm, { mean: a.wasm, scale: c.wasm, shift: shift?.wasm ?? null }, options);
					const parameters = { mean: a.reference, scale: c.reference, shift: shift?.reference ?? null };
					referenceKernels.channelAffine(x.reference, out.reference, parameters, options);
					expect(error(out)).toBeLessThan(3e-7);
				}
			}
			const out = data(layout, 9);
			combine(grad.wasm, x.wasm, out.wasm, { a: a.wasm, b: b.wasm, c: c.wasm }, layout);
			const coefficients = { a: a.reference, b: b.reference, c: c.reference };
			referenceKernels.channelCombine(grad.reference, x.reference, out.reference, coefficients, layout);
			expect(error(out)).toBeLessThan(3e-7);
		});
	});
});

describe("channelGradSums", () => {
	it("agrees with the reference", () => {
		const kernel = channelGradSums(host);
		eachLayout((layout) => {
			const [x, grad, mean, inverse] = [data(layout, 1), data(layout, 2), parameter(layout, 3), parameter(layout, 4)];
			const [sumGrad, sumGradX] = [parameter(layout, 1), parameter(layout, 1)];
			const statistics = { mean: mean.wasm, inverseStd: inverse.wasm };
			kernel(x.wasm, grad.wasm, statistics, { grad: sumGrad.wasm, gradX: sumGradX.wasm }, layout);
			const exact = { mean: mean.reference, inverseStd: inverse.reference };
			referenceKernels.channelGradSums(x.reference, grad.reference, exact, { grad: sumGrad.reference, gradX: sumGradX.reference }, layout);
			// Terms up to 6 of both signs: each partial sum, about 6 · √count large, is rounded once.
			const bound = 6e-7 * Math.sqrt(layout.outer * layout.inner + 1);
			expect(error(sumGrad)).toBeLessThan(bound);
			expect(error(sumGradX)).toBeLessThan(bound);
		});
	});
});

describe("kernels by channel", () => {
	it("give the same bits however the work is split", () => {
		const run = (onto: typeof host, layout: ChannelLayout): number[] => {
			const [x, grad, a, b, c] = [data(layout, 1), data(layout, 2), parameter(layout, 3), parameter(layout, 4), parameter(layout, 5)].map(
				(t) => t.wasm,
			);
			const outs = [
				parameter(layout, 1),
				parameter(layout, 1),
				parameter(layout, 1),
				parameter(layout, 1),
				data(layout, 9),
				data(layout, 9),
			].map((t) => t.wasm);
			channelStatistics(onto)(x, outs[0], outs[1], layout);
			channelGradSums(onto)(x, grad, { mean: a, inverseStd: b }, { grad: outs[2], gradX: outs[3] }, layout);
			channelAffine(onto)(x, outs[4], { mean: a, scale: b, shift: c }, { layout, activation: null });
			channelCombine(onto)(grad, x, outs[5], { a, b, c }, layout);
			return outs.flatMap((out) => valuesOf(host, out));
		};
		for (const layout of special) expect(run(inPieces(host), layout)).toEqual(run(host, layout));
	});
});
