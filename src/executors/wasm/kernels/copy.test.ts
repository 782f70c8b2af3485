import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { DType } from "../../../core/dtype.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { addressOf } from "../block.ts";
import { copy, rawCopy, temporary } from "./copy.ts";
import { inPieces, makeHost, operand, slowCopy, someNumbers, type Twin, twinValues, valuesOf, viewAs } from "./fixture.ts";
import { map } from "./map.ts";
import { elementTypes, shapes, someValues, viewIn, viewsOf } from "./strided-testing.ts";

const host = makeHost();
const run = copy(host, map(host, slowCopy(host)));
const types: DType[] = ["float32", "int32", "uint8", "bool"];

const addresses: number[] = [];
afterEach(() => {
	for (const address of addresses.splice(0)) host.heap.release(address);
});

describe("copy", () => {
	it("agrees with the reference between any views of any two types, and touches nothing else", () => {
		const cases = shapes.chain((shape) =>
			fc.record({
				shape: fc.constant(shape),
				from: fc.record({ dtype: elementTypes, view: viewsOf(shape, { stretched: true }) }),
				to: fc.record({ dtype: elementTypes, view: viewsOf(shape, { stretched: false }) }),
				seed: fc.integer({ min: 1, max: 1000 }),
			}),
		);
		fc.assert(
			fc.property(cases, ({ shape, from, to, seed }) => {
				const x = viewIn(host, { ...from, shape, seed, wide: true });
				const out = viewIn(host, { ...to, shape, seed: seed + 1 });
				addresses.push(...[x, out].map(({ whole }: { whole: Twin }) => addressOf(whole.wasm)));
				run(x.view.wasm, out.view.wasm);
				referenceKernels.copy(x.view.reference, out.view.reference);
				const [received, expected] = twinValues(host, out.whole);
				expect(received).toEqual(expected);
			}),
			{ numRuns: 600 },
		);
	});

	it("writes nothing behind its output, for every length and every pair of types", () => {
		for (let size = 0; size <= 37; size++) {
			for (const from of types) {
				for (const to of types) {
					const x = operand(host, from, [size], someValues("bool", size, { seed: 3 }));
					const whole = operand(host, to, [size + 12], someValues(to, size + 12, { seed: 4 }));
					const before = valuesOf(host, whole);
					run(x, viewAs(whole, [size], [1], 6));
					expect(valuesOf(host, whole), `${size} ${from} ${to}`).toEqual([
						...before.slice(0, 6),
						...valuesOf(host, x),
						...before.slice(6 + size),
					]);
					for (const array of [x, whole]) host.heap.release(addressOf(array));
				}
			}
		}
	});

	it("converts as C does, but saturates at the ends of int32 and makes NaN 0", () => {
		const values = [1.9, -1.9, 0.5, -0.5, 2147483520, 2147483648, -2147483648, -1e30, Number.NaN, Number.POSITIVE_INFINITY, 255, 256.7, -1];
		const x = operand(host, "float32", [13], values);
		const to = (dtype: DType): number[] => {
			const out = operand(host, dtype, [13]);
			run(x, out);
			return valuesOf(host, out);
		};
		const [most, least] = [2147483647, -2147483648];
		expect(to("int32")).toEqual([1, -1, 0, 0, 2147483520, most, least, least, 0, most, 255, 256, -1]);
		// The low bytes of these: 2147483520 is 0x7fffff80.
		expect(to("uint8")).toEqual([1, 255, 0, 0, 128, 255, 0, 0, 0, 255, 255, 0, 255]);
		expect(to("bool")).toEqual(new Array(13).fill(1));
	});

	it("keeps every bit of a float32: NaN with a payload, −0 and the smallest numbers", () => {
		const bits = [0x7fa00001, 0xffc12345, 0x80000000, 1, 0x807fffff, 0x7f800000, 0x3f800000];
		const x = operand(host, "float32", [7]);
		host.heap.i32.set(bits, addressOf(x) / 4);
		for (const strides of [[1], [2]]) {
			const out = viewAs(operand(host, "float32", [14]), [7], strides);
			run(x, out);
			const received = bits.map((_, i) => host.heap.i32[addressOf(out) / 4 + i * strides[0]] >>> 0);
			expect(received).toEqual(bits);
		}
	});

	it("transposes matrices of every size around its tiles", () => {
		for (const rows of [1, 2, 3, 4, 5, 7, 8, 9, 16, 21]) {
			for (const columns of [1, 3, 4, 5, 8, 11, 64]) {
				const x = operand(host, "float32", [columns, rows], someNumbers(rows * columns));
				const whole = operand(host, "float32", [rows * columns + 8], someNumbers(rows * columns + 8, 9));
				const before = valuesOf(host, whole);
				run(viewAs(x, [rows, columns], [1, rows]), viewAs(whole, [rows, columns], [columns, 1], 4));
				const values = valuesOf(host, x);
				const expected = Array.from({ length: rows * columns }, (_, i) => values[(i % columns) * rows + Math.floor(i / columns)]);
				expect(valuesOf(host, whole)).toEqual([...before.slice(0, 4), ...expected, ...before.slice(-4)]);
				for (const array of [x, whole]) host.heap.release(addressOf(array));
			}
		}
	});

	it("fills an array from one element, as zeros() and full() do", () => {
		for (const dtype of types) {
			const one = operand(host, dtype, [], [1]);
			const out = operand(host, dtype, [3, 7], new Array(21).fill(0));
			run(viewAs(one, [3, 7], [0, 0]), out);
			expect(valuesOf(host, out)).toEqual(new Array(21).fill(1));
		}
	});

	it("gives the same however the work is shared out", () => {
		const pieces = rawCopy(inPieces(host));
		const x = operand(host, "float32", [70, 50, 9], someNumbers(31500));
		for (const strides of [
			[450, 9, 1],
			[1, 70, 3500],
			[9, 630, 1],
		]) {
			const [out, pieced] = [operand(host, "float32", [70, 50, 9]), operand(host, "float32", [70, 50, 9])];
			run(viewAs(x, [70, 50, 9], strides), out);
			pieces(viewAs(x, [70, 50, 9], strides), pieced);
			expect(valuesOf(host, pieced)).toEqual(valuesOf(host, out));
		}
	});
});

describe("temporary", () => {
	it("is a contiguous array of the same type and shape, and is given back", () => {
		const before = host.heap.use().blockCount;
		const like = viewAs(operand(host, "int32", [24]), [2, 3, 4], [1, 2, 6]);
		const { operand: made, release } = temporary(host, like);
		expect(made).toMatchObject({ dtype: "int32", shape: [2, 3, 4], strides: [12, 4, 1], offset: 0, size: 24, contiguous: true });
		release();
		expect(host.heap.use().blockCount).toBe(before + 1);
	});
});
