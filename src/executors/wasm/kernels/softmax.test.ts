import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { crossEntropy, crossEntropyGrad } from "./cross-entropy.ts";
import { inPieces, largestError, makeHost, operand, someNumbers, type Twin, twin, twinValues, valuesOf, viewAs } from "./fixture.ts";
import { softmax, softmaxGrad } from "./softmax.ts";

const host = makeHost();
const kernels = {
	softmax: softmax(host),
	softmaxGrad: softmaxGrad(host),
	crossEntropy: crossEntropy(host),
	crossEntropyGrad: crossEntropyGrad(host),
};
const both = [["wasm", kernels] as const, ["reference", referenceKernels] as const];
const sizes = fc.record({
	rows: fc.integer({ min: 0, max: 20 }),
	classes: fc.oneof(fc.integer({ min: 1, max: 36 }), fc.integer({ min: 37, max: 200 })),
	scale: fc.constantFrom(0.1, 3, 50, 1e4),
});
const array = (shape: number[], seed: number, scale = 1): Twin =>
	twin(
		host,
		"float32",
		shape,
		someNumbers(shape[0] * (shape[1] ?? 1), seed).map((v) => v * scale),
	);
const error = (x: Twin): number => largestError(...twinValues(host, x));

describe("softmax", () => {
	it("agrees with the reference, and so does its derivative", () => {
		fc.assert(
			fc.property(sizes, fc.boolean(), ({ rows, classes, scale }, log) => {
				const [x, grad] = [array([rows, classes], 1, scale), array([rows, classes], 2)];
				const [y, gradX] = [array([rows, classes], 3), array([rows, classes], 4)];
				for (const [side, table] of both) {
					table.softmax(x[side], y[side], { log });
					table.softmaxGrad(y[side], grad[side], gradX[side], { log });
				}
				// One rounding of x − max, which the logarithm passes on in full.
				expect(error(y)).toBeLessThan(5e-7);
				// Sums of up to 200 terms.
				expect(error(gradX)).toBeLessThan(3e-6);
			}),
			{ numRuns: 100 },
		);
	});

	it("has rows that add up to 1 and are as exact for tiny probabilities", () => {
		const values = Array.from({ length: 88 }, (_, i) => -i);
		const out = operand(host, "float32", [88]);
		kernels.softmax(operand(host, "float32", [88], values), out, { log: false });
		const total = values.reduce((sum, v) => sum + Math.exp(v), 0);
		valuesOf(host, out).forEach((p, i) => {
			// e⁻⁸⁷ over the sum is no normal float32 any more.
			if (i < 87) expect(Math.abs(p / (Math.exp(-i) / total) - 1)).toBeLessThan(3e-7);
		});
	});

	it("gives 0 for −∞, NaN for rows of −∞, and passes NaN on within a row only", () => {
		const [minus, plus] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
		for (const width of [3, 40]) {
			const rows = [
				[minus, 0, 0],
				[minus, minus, minus],
				[0, Number.NaN, 1],
				[0, 0, plus],
			].map((row) => [...row, ...new Array(width - 3).fill(minus)]);
			const out = operand(host, "float32", [4, width]);
			kernels.softmax(operand(host, "float32", [4, width], rows.flat()), out, { log: false });
			const got = valuesOf(host, out);
			expect(got.slice(0, 3)).toEqual([0, 0.5, 0.5]);
			expect(got.slice(width).every(Number.isNaN)).toBe(true);
			kernels.softmax(operand(host, "float32", [4, width], rows.flat()), out, { log: true });
			expect(valuesOf(host, out)[0]).toBe(minus);
			expect(valuesOf(host, out)[1]).toBeCloseTo(-Math.LN2, 6);
		}
	});
});

describe("crossEntropy", () => {
	it("agrees with the reference, smoothed or not, ignored rows or not, and so does its derivative", () => {
		fc.assert(
			fc.property(sizes, fc.constantFrom(0, 0.1), fc.boolean(), ({ rows, classes, scale }, smoothing, mean) => {
				const options = { smoothing, ignoreIndex: -100 };
				const x = array([rows, classes], 1, scale);
				const target = twin(
					host,
					"int32",
					[rows],
					Array.from({ length: rows }, (_, i) => (i % 5 === 3 ? -100 : (i * 7) % classes)),
				);
				const [losses, probabilities, gradX] = [array([rows], 2), array([rows, classes], 3), array([rows, classes], 4)];
				const grad = array([rows], 5);
				const gradLosses = mean ? { wasm: viewAs(grad.wasm, [rows], [0]), reference: viewAs(grad.reference, [rows], [0]) } : grad;
				for (const [side, table] of both) {
					table.crossEntropy(x[side], target[side], losses[side], probabilities[side], options);
					table.crossEntropyGrad(probabilities[side], target[side], gradLosses[side], gradX[side], options);
				}
				expect(error(losses)).toBeLessThan(1e-6);
				expect(error(probabilities)).toBeLessThan(5e-7);
				expect(error(gradX)).toBeLessThan(5e-7);
			}),
			{ numRuns: 100 },
		);
	});

	it("is finite where the wanted class has no probability left, and ignores impossible classes", () => {
		const minus = Number.NEGATIVE_INFINITY;
		const [logits, target] = [
			operand(host, "float32", [3, 3], [0, 200, 0, 0, 0, minus, minus, 0, 0]),
			operand(host, "int32", [3], [0, 1, 0]),
		];
		const [losses, probabilities] = [operand(host, "float32", [3]), operand(host, "float32", [3, 3])];
		kernels.crossEntropy(logits, target, losses, probabilities, { smoothing: 0, ignoreIndex: -1 });
		expect(valuesOf(host, losses)).toEqual([200, Math.fround(Math.LN2), Number.POSITIVE_INFINITY]);
		expect(valuesOf(host, probabilities)).toEqual([0, 1, 0, 0.5, 0.5, 0, 0, 0.5, 0.5]);
	});

	it("may write its derivative over the probabilities", () => {
		const [target, grad] = [operand(host, "int32", [2], [1, 0]), operand(host, "float32", [2], [2, 4])];
		const probabilities = operand(host, "float32", [2, 2], [0.25, 0.75, 0.5, 0.5]);
		kernels.crossEntropyGrad(probabilities, target, grad, probabilities, { smoothing: 0, ignoreIndex: -1 });
		expect(valuesOf(host, probabilities)).toEqual([0.5, -0.5, -2, 2]);
	});
});

describe("kernels over rows", () => {
	it("give the same bits however the work is split", () => {
		for (const classes of [10, 77]) {
			const [x, grad] = [array([9, classes], 1, 5).wasm, array([9], 2).wasm];
			const target = operand(
				host,
				"int32",
				[9],
				Array.from({ length: 9 }, (_, i) => i),
			);
			const run = (onto: typeof host): number[] => {
				const [y, losses, gradX] = [array([9, classes], 3).wasm, array([9], 4).wasm, array([9, classes], 5).wasm];
				softmax(onto)(x, y, { log: true });
				softmaxGrad(onto)(y, x, gradX, { log: true });
				const first = [y, gradX].flatMap((result) => valuesOf(host, result));
				crossEntropy(onto)(x, target, losses, y, { smoothing: 0.1, ignoreIndex: 4 });
				crossEntropyGrad(onto)(y, target, grad, gradX, { smoothing: 0.1, ignoreIndex: 4 });
				return [...first, ...[y, losses, gradX].flatMap((result) => valuesOf(host, result))];
			};
			expect(run(inPieces(host))).toEqual(run(host));
		}
	});
});
