import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { DType } from "../../../core/dtype.ts";
import type { Operand } from "../../../kernels/contracts.ts";
import { call, constant, type Formula, formula } from "../../../kernels/formula.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import * as s from "../../../kernels/scalars/index.ts";
import { addressOf } from "../block.ts";
import { inPieces, makeHost, operand, slowCopy, someNumbers, type Twin, twin, twinValues, valuesOf, viewAs } from "./fixture.ts";
import { map } from "./map.ts";
import { elementTypes, shapes, someValues, viewIn, viewsOf } from "./strided-testing.ts";

const host = makeHost();
const run = map(host, slowCopy(host));
const outputTypes: DType[] = ["float32", "int32", "uint8", "bool"];

const increment = formula("increment", (x) => x.add(1));
const sum = formula("sum", (x, y) => x.add(y));
const swap = formula("swap", (x, y) => [y, x]);
/** Too long to be unrolled. */
const long = formula("long", (x) => Array.from({ length: 16 }, (_, i) => i).reduce((y, i) => y.add(1).mul(i % 2 === 0 ? 1 : -1), x));

const binary: Formula[] = [
	sum,
	formula("product", (x, y) => x.mul(y)),
	formula("difference, larger", (x, y) => [x.sub(y), x.gt(y)]),
	formula("three", (x, y) => [x.add(y), x.neg(), call(s.maximum, x, y)]),
	formula("second", (_, y) => y, 2),
];

// The heap holds what a property makes until it is given back here.
const addresses: number[] = [];
const keep = (...twins: Twin[]): void => {
	addresses.push(...twins.map(({ wasm }) => addressOf({ ...wasm, offset: 0 })));
};
afterEach(() => {
	for (const address of addresses.splice(0)) host.heap.release(address);
});

/** An output of `size` elements between others that must stay as they are. */
function guarded(dtype: DType, size: number, margin: number): { whole: Operand; out: Operand } {
	const whole = operand(host, dtype, [size + 2 * margin], someValues(dtype, size + 2 * margin, { seed: 5 }));
	return { whole, out: viewAs(whole, [size], [1], margin) };
}

function expectAsReference(of: Formula, inputs: readonly Twin[], outputs: readonly Twin[], wholes: readonly Twin[]): void {
	const sides = (side: "wasm" | "reference"): [Operand[], Operand[]] => [inputs.map((x) => x[side]), outputs.map((x) => x[side])];
	run(of, ...sides("wasm"));
	referenceKernels.map(of, ...sides("reference"));
	for (const whole of wholes) {
		const [received, expected] = twinValues(host, whole);
		expect(received).toEqual(expected);
	}
}

describe("map", () => {
	it("computes every element and writes nothing before the first or behind the last", () => {
		for (let size = 0; size <= 40; size++) {
			for (const dtype of outputTypes) {
				for (const [of, value] of [
					[increment, (x: number) => x + 1],
					// Pairs of steps, + 1 and then (+ 1) · −1, give −(x + 2); eight of them give x again.
					[long, (x: number) => x],
				] as const) {
					const margin = 5 + (size % 4);
					const { whole, out } = guarded(dtype, size, margin);
					const before = valuesOf(host, whole);
					const values = Array.from({ length: size }, (_, i) => (dtype === "bool" ? (i % 3) - 1 : i + 1));
					const x = operand(host, dtype === "float32" ? "float32" : "int32", [size], values);
					run(of, [x], [out]);
					const expected = values.map((v) => (dtype === "bool" ? Number(value(v) !== 0) : value(v)));
					expect(valuesOf(host, whole)).toEqual([...before.slice(0, margin), ...expected, ...before.slice(margin + size)]);
					for (const array of [whole, x]) host.heap.release(addressOf({ ...array, offset: 0 }));
				}
			}
		}
	});

	it("is right on both sides of the pieces that threads share", () => {
		for (const size of [4095, 4096, 4097, 12288, 20000]) {
			const x = someNumbers(size);
			const [a, out, pieced] = [operand(host, "float32", [size], x), guarded("float32", size, 8), guarded("float32", size, 8)];
			run(increment, [a], [out.out]);
			map(inPieces(host), slowCopy(host))(increment, [a], [pieced.out]);
			const expected = Array.from(x, (v) => Math.fround(v + 1));
			expect(valuesOf(host, out.whole).slice(8, -8)).toEqual(expected);
			expect(valuesOf(host, pieced.whole)).toEqual(valuesOf(host, out.whole));
		}
	});

	it("gives the same bits by rows however they are shared out", () => {
		const x = operand(host, "float32", [200, 31], someNumbers(6200));
		const row = viewAs(operand(host, "float32", [31], someNumbers(31, 2)), [200, 31], [0, 1]);
		const [whole, pieced] = [operand(host, "float32", [200, 31]), operand(host, "float32", [200, 31])];
		run(sum, [x, row], [whole]);
		map(inPieces(host), slowCopy(host))(sum, [x, row], [pieced]);
		expect(valuesOf(host, pieced)).toEqual(valuesOf(host, whole));
		expect(valuesOf(host, whole)[32]).toBe(Math.fround(valuesOf(host, x)[32] + someNumbers(31, 2)[1]));
	});

	it("agrees with the reference for any views of any types, and touches nothing else", () => {
		const cases = shapes.chain((shape) => {
			const input = fc.record({ dtype: elementTypes, view: viewsOf(shape, { stretched: true }) });
			const output = fc.record({ dtype: elementTypes, lead: fc.nat(4) });
			return fc.record({
				shape: fc.constant(shape),
				of: fc.constantFrom(...binary),
				inputs: fc.tuple(input, input),
				outputs: fc.array(output, { minLength: 3, maxLength: 3 }),
				seed: fc.integer({ min: 1, max: 1000 }),
			});
		});
		fc.assert(
			fc.property(cases, ({ shape, of, inputs, outputs, seed }) => {
				const size = shape.reduce((product, length) => product * length, 1);
				const read = inputs.map(({ dtype, view }, i) => viewIn(host, { dtype, shape, view, seed: seed + i }));
				const written = of.outputs.map((_, i) => {
					const { dtype, lead } = outputs[i];
					const strides = shape.map((_length, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
					return viewIn(host, { dtype, shape, view: { strides, offset: lead, length: size + lead + 6 }, seed: seed + 7 + i });
				});
				const wholes = [...read, ...written].map(({ whole }) => whole);
				keep(...wholes);
				expectAsReference(
					of,
					read.map(({ view }) => view),
					written.map(({ view }) => view),
					wholes,
				);
			}),
			{ numRuns: 400 },
		);
	});

	it("broadcasts rows, columns and scalars", () => {
		const shape = [3, 4];
		const x = operand(host, "float32", [3, 4], [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
		const values = operand(host, "float32", [4], [100, 200, 300, 400]);
		const results = [viewAs(values, shape, [0, 1]), viewAs(values, shape, [1, 0]), viewAs(values, shape, [0, 0], 3)].map((y) => {
			const out = operand(host, "float32", shape);
			run(sum, [x, y], [out]);
			return valuesOf(host, out);
		});
		expect(results).toEqual([
			[100, 201, 302, 403, 110, 211, 312, 413, 120, 221, 322, 423],
			[100, 101, 102, 103, 210, 211, 212, 213, 320, 321, 322, 323],
			[400, 401, 402, 403, 410, 411, 412, 413, 420, 421, 422, 423],
		]);
	});

	it("may write over its inputs, also crosswise", () => {
		for (let size = 0; size <= 35; size++) {
			const numbers = Array.from({ length: size }, (_, i) => i);
			const [a, b] = [
				operand(host, "float32", [size], numbers),
				operand(
					host,
					"float32",
					[size],
					numbers.map((i) => -i - 1),
				),
			];
			run(swap, [a, b], [a, b]);
			expect(valuesOf(host, a)).toEqual(numbers.map((i) => -i - 1));
			run(sum, [a, b], [b]);
			expect(valuesOf(host, b)).toEqual(numbers.map(() => -1));
			run(sum, [a, a], [a]);
			expect(valuesOf(host, a)).toEqual(numbers.map((i) => -2 * i - 2));
		}
	});

	it("may write over a matrix to which it adds a row", () => {
		const x = operand(
			host,
			"float32",
			[5, 7],
			Array.from({ length: 35 }, (_, i) => i),
		);
		const row = viewAs(operand(host, "float32", [7], [0, 10, 20, 30, 40, 50, 60]), [5, 7], [0, 1]);
		run(sum, [x, row], [x]);
		expect(valuesOf(host, x)).toEqual(Array.from({ length: 35 }, (_, i) => i + 10 * (i % 7)));
	});

	it("stores each result in its own type: truncated, in the low byte, or as a truth", () => {
		const results = formula("results", (x) => [x, x, x, x]);
		const x = operand(host, "float32", [9], [1.9, -1.9, 3e9, -3e9, Number.NaN, 300, -0, 0.25, -1]);
		const outputs = outputTypes.map((dtype) => operand(host, dtype, [9]));
		run(results, [x], outputs);
		expect(outputs.slice(1).map((out) => valuesOf(host, out))).toEqual([
			[1, -1, 2147483647, -2147483648, 0, 300, 0, 0, -1],
			[1, 255, 255, 0, 0, 44, 0, 0, 255],
			[1, 1, 1, 1, 1, 1, 0, 1, 1],
		]);
	});

	it("reads bytes as numbers from 0 to 255 and truths as 0 and 1", () => {
		const bytes = operand(host, "uint8", [5], [0, 1, 127, 128, 255]);
		const truths = operand(host, "bool", [5], [0, 1, 1, 0, 1]);
		const out = operand(host, "int32", [5]);
		run(sum, [bytes, truths], [out]);
		expect(valuesOf(host, out)).toEqual([0, 2, 128, 128, 256]);
		const one = viewAs(operand(host, "uint8", [1], [200]), [5], [0]);
		run(sum, [one, truths], [out]);
		expect(valuesOf(host, out)).toEqual([200, 201, 201, 200, 201]);
	});

	it("fills where a formula has no input or reads none", () => {
		const out = operand(host, "float32", [19]);
		run(
			formula("two", () => constant(2)),
			[],
			[out],
		);
		expect(valuesOf(host, out)).toEqual(new Array(19).fill(2));
		run(
			formula("three", (_) => constant(3), 1),
			[operand(host, "float32", [19])],
			[out],
		);
		expect(valuesOf(host, out)).toEqual(new Array(19).fill(3));
	});

	it("takes more inputs and outputs than any optimizer has", () => {
		const inputs = Array.from({ length: 12 }, (_, i) => operand(host, "float32", [33], new Array(33).fill(2 ** i)));
		const outputs = Array.from({ length: 6 }, () => operand(host, "float32", [33]));
		const of = formula("many", (...x) => outputs.map((_, i) => x[i].add(x[11 - i])), 12);
		run(of, inputs, outputs);
		outputs.forEach((out, i) => {
			expect(valuesOf(host, out)).toEqual(new Array(33).fill(2 ** i + 2 ** (11 - i)));
		});
	});

	it("gives its copies of operands back", () => {
		const before = host.heap.use().used;
		const [x, out] = [operand(host, "float32", [30, 40], someNumbers(1200)), operand(host, "float32", [40, 30])];
		const made = host.heap.use().used;
		run(increment, [viewAs(x, [40, 30], [1, 40])], [out]);
		expect(host.heap.use().used).toBe(made);
		for (const array of [x, out]) host.heap.release(addressOf(array));
		expect(host.heap.use().used).toBe(before);
	});
});

describe("twins", () => {
	it("of these tests differ where a kernel does nothing", () => {
		const x = twin(host, "float32", [3], [1, 2, 3]);
		referenceKernels.map(increment, [x.reference], [x.reference]);
		expect(twinValues(host, x)).toEqual([
			[1, 2, 3],
			[2, 3, 4],
		]);
	});
});
