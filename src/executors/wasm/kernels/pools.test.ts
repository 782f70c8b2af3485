import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PoolWindows } from "../../../kernels/contracts.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { averagePool, averagePoolGrad } from "./average-pool.ts";
import { inPieces, largestError, makeHost, operand, someNumbers, type Twin, twin, twinValues, valuesOf } from "./fixture.ts";
import { maxPool, maxPoolGrad } from "./max-pool.ts";

const host = makeHost();
const kernels = {
	maxPool: maxPool(host),
	maxPoolGrad: maxPoolGrad(host),
	averagePool: averagePool(host),
	averagePoolGrad: averagePoolGrad(host),
};

interface Geometry {
	readonly size: number;
	readonly stride: number;
	readonly padding: number;
	readonly dilation: number;
}

/** Starts and ends of windows along an axis, clipped to it. */
function along(length: number, { size, stride, padding, dilation }: Geometry): [Int32Array, Int32Array] {
	const reach = (size - 1) * dilation + 1;
	const count = Math.max(0, Math.floor((length + 2 * padding - reach) / stride) + 1);
	const clippedUp = (start: number): number => (start < 0 ? start + dilation * Math.ceil(-start / dilation) : start);
	const start = Int32Array.from({ length: count }, (_, i) => clippedUp(i * stride - padding));
	const end = Int32Array.from({ length: count }, (_, i) => Math.min(length, i * stride - padding + reach));
	return [start, end];
}

function regular(height: number, width: number, geometry: Geometry): PoolWindows {
	const [rowStart, rowEnd] = along(height, geometry);
	const [columnStart, columnEnd] = along(width, geometry);
	const divisors = new Float32Array(rowStart.length * columnStart.length).fill(geometry.size ** 2);
	return { rowStart, rowEnd, rowStep: geometry.dilation, columnStart, columnEnd, columnStep: geometry.dilation, divisors };
}

function check(planes: number, [height, width]: [number, number], windows: PoolWindows, values?: ArrayLike<number>): void {
	const cells = [planes, windows.rowStart.length, windows.columnStart.length];
	const image = [planes, height, width];
	const count = planes * height * width;
	const make = (shape: number[], seed: number): Twin => twin(host, "float32", shape, someNumbers(shape[0] * shape[1] * shape[2], seed));
	const [x, grad] = [twin(host, "float32", image, values ?? someNumbers(count, 3)), make(cells, 4)];
	const [most, indices, mean] = [make(cells, 1), twin(host, "int32", cells), make(cells, 1)];
	const [gradMost, gradMean] = [make(image, 5), make(image, 6)];
	for (const [side, table] of [["wasm", kernels] as const, ["reference", referenceKernels] as const]) {
		table.maxPool(x[side], most[side], indices[side], windows);
		table.maxPoolGrad(grad[side], indices[side], gradMost[side]);
		table.averagePool(x[side], mean[side], windows);
		table.averagePoolGrad(grad[side], gradMean[side], windows);
	}
	for (const exact of [most, indices]) expect(twinValues(host, exact)[0]).toEqual(twinValues(host, exact)[1]);
	for (const close of [mean, gradMost, gradMean]) expect(largestError(...twinValues(host, close))).toBeLessThan(1e-6);
}

describe("pooling", () => {
	it("agrees with the reference for regular windows of all kinds", () => {
		const cases = fc.record({
			planes: fc.integer({ min: 0, max: 4 }),
			size: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
			window: fc.integer({ min: 1, max: 4 }),
			stride: fc.integer({ min: 1, max: 3 }),
			dilation: fc.integer({ min: 1, max: 2 }),
			padded: fc.boolean(),
		});
		fc.assert(
			fc.property(cases, ({ planes, size, window, stride, dilation, padded }) => {
				const geometry = { size: window, stride, dilation, padding: padded ? Math.floor(window / 2) : 0 };
				check(planes, size, regular(size[0], size[1], geometry));
			}),
			{ numRuns: 100 },
		);
	});

	it("agrees with the reference for pairs of every width", () => {
		for (let width = 2; width <= 21; width++) check(3, [5, width], regular(5, width, { size: 2, stride: 2, padding: 0, dilation: 1 }));
	});

	it("agrees with the reference for the whole image, and for overlapping windows with divisors of their own", () => {
		for (const [height, width] of [
			[1, 1],
			[8, 8],
			[7, 7],
			[3, 5],
			[40, 50],
		] as [number, number][]) {
			check(5, [height, width], {
				rowStart: Int32Array.of(0),
				rowEnd: Int32Array.of(height),
				rowStep: 1,
				columnStart: Int32Array.of(0),
				columnEnd: Int32Array.of(width),
				columnStep: 1,
				divisors: Float32Array.of(height * width),
			});
		}
		check(2, [5, 7], {
			rowStart: Int32Array.of(0, 2),
			rowEnd: Int32Array.of(3, 5),
			rowStep: 1,
			columnStart: Int32Array.of(0, 2, 4),
			columnEnd: Int32Array.of(3, 5, 7),
			columnStep: 1,
			divisors: Float32Array.of(9, 6, 9, 3, 4, 5),
		});
	});

	it("lets the first NaN of a window win, takes the first of equal values, and bears infinities", () => {
		const odd = [Number.NaN, Number.NaN, 1, 1, 0, -0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 5];
		for (let seed = 1; seed <= 30; seed++) {
			const values = someNumbers(2 * 6 * 10, seed).map((v) => odd[Math.floor(Math.abs(v) * odd.length)]);
			const geometry = { size: 2, stride: 2, padding: 0, dilation: 1 };
			const [pairs, three] = [regular(6, 10, geometry), regular(6, 10, { ...geometry, size: 3 })];
			for (const windows of [pairs, three]) {
				const cells = [2, windows.rowStart.length, windows.columnStart.length];
				const [x, most, indices] = [twin(host, "float32", [2, 6, 10], values), twin(host, "float32", cells), twin(host, "int32", cells)];
				kernels.maxPool(x.wasm, most.wasm, indices.wasm, windows);
				referenceKernels.maxPool(x.reference, most.reference, indices.reference, windows);
				expect(twinValues(host, most)[0]).toEqual(twinValues(host, most)[1]);
				expect(twinValues(host, indices)[0]).toEqual(twinValues(host, indices)[1]);
			}
		}
	});

	it("gives the same bits however the work is split", () => {
		for (const size of [2, 3]) {
			const windows = regular(9, 14, { size, stride: 2, padding: 0, dilation: 1 });
			const cells = [6, windows.rowStart.length, windows.columnStart.length];
			const x = operand(host, "float32", [6, 9, 14], someNumbers(6 * 9 * 14));
			const run = (onto: typeof host): number[] => {
				const [most, indices, mean] = [operand(host, "float32", cells), operand(host, "int32", cells), operand(host, "float32", cells)];
				const [gradMost, gradMean] = [operand(host, "float32", [6, 9, 14]), operand(host, "float32", [6, 9, 14])];
				maxPool(onto)(x, most, indices, windows);
				maxPoolGrad(onto)(most, indices, gradMost);
				averagePool(onto)(x, mean, windows);
				averagePoolGrad(onto)(mean, gradMean, windows);
				return [most, indices, mean, gradMost, gradMean].flatMap((result) => valuesOf(host, result));
			};
			expect(run(inPieces(host))).toEqual(run(host));
		}
	});
});
