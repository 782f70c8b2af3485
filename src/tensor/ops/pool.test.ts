import { beforeAll, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/index.ts";
import { ArgumentError, DTypeError, range, ShapeError, setExecutor, tensor, zeros } from "../index.ts";
import { adaptiveWindows, regularWindows } from "./pool-windows.ts";

beforeAll(() => {
	setExecutor(createReferenceExecutor());
});

describe("pooling", () => {
	const x = () => range(16).to("float32").reshape([1, 1, 4, 4]);

	test("takes the largest value and the mean of each window", () => {
		expect(x().maxPool2d(2).toArray()).toEqual([
			[
				[
					[5, 7],
					[13, 15],
				],
			],
		]);
		expect(x().avgPool2d(2).toArray()).toEqual([
			[
				[
					[2.5, 4.5],
					[10.5, 12.5],
				],
			],
		]);
		expect(x().globalAvgPool2d().toArray()).toEqual([[7.5]]);
	});

	test("divides by the cells of the padding only where told to", () => {
		const corner = (countIncludePad: boolean) => x().avgPool2d(3, { padding: 1, stride: 1, countIncludePad }).dataSync()[0];
		expect(corner(true)).toBeCloseTo((0 + 1 + 4 + 5) / 9, 6);
		expect(corner(false)).toBeCloseTo((0 + 1 + 4 + 5) / 4, 6);
	});

	test("keeps a last window that does not fit whole with ceilMode", () => {
		const sequence = tensor([[[1, 2, 3, 4, 5]]]);
		expect(sequence.maxPool1d(2).toArray()).toEqual([[[2, 4]]]);
		expect(sequence.maxPool1d(2, { ceilMode: true }).toArray()).toEqual([[[2, 4, 5]]]);
	});

	test("makes the windows of a geometry once", () => {
		const axis = { length: 7, kernel: 3, stride: 2, padding: 1, dilation: 1 };
		const rules = { ceilMode: false, countIncludePad: true };
		expect(regularWindows("pool", axis, axis, rules)).toBe(regularWindows("pool", { ...axis }, { ...axis }, { ...rules }));
		expect(adaptiveWindows("pool", [5, 5], [2, 2])).toBe(adaptiveWindows("pool", [5, 5], [2, 2]));
		expect(adaptiveWindows("pool", [5, 5], [2, 2])).not.toBe(adaptiveWindows("pool", [5, 5], [2, 3]));
	});

	test("passes the gradient through views that are not contiguous", () => {
		const leaf = x().requireGrad();
		leaf.transpose().maxPool2d(2).sum().backward();
		expect(leaf.grad?.toArray()).toEqual([
			[
				[
					[0, 0, 0, 0],
					[0, 1, 0, 1],
					[0, 0, 0, 0],
					[0, 1, 0, 1],
				],
			],
		]);
	});

	test.each([
		[
			"an input of the wrong rank",
			() => zeros([4, 4]).maxPool2d(2),
			ShapeError,
			/maxPool2d: expected input \[n, channels, height, width\]/,
		],
		["a sequence of the wrong rank", () => zeros([4, 4]).avgPool1d(2), ShapeError, /avgPool1d: expected input \[n, channels, length\]/],
		["a window larger than the padded input", () => zeros([1, 1, 4, 2]).maxPool2d(3), ShapeError, /along the width.*1 to 2.*received 3/s],
		[
			"a padding of more than half the window",
			() => zeros([1, 1, 4, 4]).avgPool2d(2, { padding: 2 }),
			ArgumentError,
			/half the kernel \(2\)/,
		],
		["a window of 0", () => zeros([1, 1, 4, 4]).maxPool2d(0), ArgumentError, /kernel to be an integer ≥ 1/],
		["a size of 0", () => zeros([1, 1, 4, 4]).adaptiveAvgPool2d([0, 1]), ArgumentError, /size to be an integer ≥ 1/],
		["an empty image", () => zeros([1, 1, 0, 4]).adaptiveMaxPool2d(1), ShapeError, /at least one row/],
		["integers", () => zeros([1, 1, 4, 4], { dtype: "int32" }).maxPool2d(2), DTypeError, /received int32/],
		["a fractional factor", () => zeros([1, 1, 4, 4]).upsampleNearest2d(1.5), ArgumentError, /factor to be an integer/],
	] as const)("refuses %s", (_, run, type, message) => {
		expect(run).toThrow(type);
		expect(run).toThrow(message);
	});
});
