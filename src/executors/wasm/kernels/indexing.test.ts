import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType } from "../../../core/dtype.ts";
import { referenceKernels } from "../../../kernels/reference/index.ts";
import { embeddingBag, embeddingBagGrad } from "./embedding-bag.ts";
import { findOutOfRange } from "./find-out-of-range.ts";
import { inPieces, largestError, makeHost, operand, someNumbers, type Twin, twin, twinValues, valuesOf } from "./fixture.ts";
import { gather, gatherGrad } from "./gather.ts";
import { scatterAdd, take } from "./take.ts";

const host = makeHost();
const kernels = {
	take: take(host),
	scatterAdd: scatterAdd(host),
	gather: gather(host),
	gatherGrad: gatherGrad(host),
	embeddingBag: embeddingBag(host),
	embeddingBagGrad: embeddingBagGrad(host),
};
const both = [["wasm", kernels] as const, ["reference", referenceKernels] as const];

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }));
const types = fc.constantFrom<DType>("float32", "int32", "uint8", "bool");

function array(dtype: DType, shape: readonly number[], seed: number): Twin {
	const scale = dtype === "float32" ? 1 : dtype === "int32" ? 1e6 : dtype === "uint8" ? 255 : 1.99;
	const values = someNumbers(
		shape.reduce((a, b) => a * b, 1),
		seed,
	);
	return twin(host, dtype, shape, dtype === "float32" ? values : values.map((v) => Math.floor(Math.abs(v) * scale)));
}
function indexArray(shape: readonly number[], length: number, seed: number): Twin {
	const values = someNumbers(
		shape.reduce((a, b) => a * b, 1),
		seed,
	);
	return twin(
		host,
		"int32",
		shape,
		values.map((v) => Math.min(length - 1, Math.floor(Math.abs(v) * length))),
	);
}
const expectEqual = (x: Twin): void => {
	const [got, wanted] = twinValues(host, x);
	expect(got).toEqual(wanted);
};

describe("take and scatterAdd", () => {
	it("agree with the reference for all types and layouts", () => {
		const cases = fc.record({
			outer: fc.integer({ min: 0, max: 4 }),
			length: size,
			inner: size,
			count: fc.integer({ min: 0, max: 30 }),
			dtype: types,
		});
		fc.assert(
			fc.property(cases, ({ outer, length, inner, count, dtype }) => {
				const layout = { outer, length, inner };
				const [x, source] = [array(dtype, [outer, length, inner], 1), array(dtype, [outer, count, inner], 2)];
				const [indices, out] = [indexArray([count], length, 3), twin(host, dtype, [outer, count, inner])];
				for (const [side, table] of both) {
					table.take(x[side], indices[side], out[side], layout);
					if (dtype === "float32" || dtype === "int32") table.scatterAdd(source[side], indices[side], x[side], layout);
				}
				expectEqual(out);
				// Up to 30 additions at one place, each rounded.
				expect(largestError(...twinValues(host, x))).toBeLessThan(3e-6);
			}),
			{ numRuns: 150 },
		);
	});
});

describe("gather and gatherGrad", () => {
	it("agree with the reference for all types and layouts", () => {
		const cases = fc.record({
			outer: fc.integer({ min: 0, max: 9 }),
			length: size,
			inner: fc.integer({ min: 1, max: 5 }),
			count: fc.integer({ min: 0, max: 9 }),
			dtype: types,
		});
		fc.assert(
			fc.property(cases, ({ outer, length, inner, count, dtype }) => {
				const layout = { outer, length, inner, count };
				const [x, source] = [array(dtype, [outer, length, inner], 1), array(dtype, [outer, count, inner], 2)];
				const [indices, out] = [indexArray([outer, count, inner], length, 3), twin(host, dtype, [outer, count, inner])];
				for (const [side, table] of both) {
					table.gather(x[side], indices[side], out[side], layout);
					if (dtype === "float32" || dtype === "int32") table.gatherGrad(source[side], indices[side], x[side], layout);
				}
				expectEqual(out);
				expect(largestError(...twinValues(host, x))).toBeLessThan(1e-6);
			}),
			{ numRuns: 150 },
		);
	});
});

describe("embeddingBag and its derivative", () => {
	it("agree with the reference", () => {
		const cases = fc.record({ rows: size, dim: size, batch: fc.integer({ min: 0, max: 6 }), bag: fc.integer({ min: 0, max: 20 }) });
		fc.assert(
			fc.property(cases, ({ rows, dim, batch, bag }) => {
				const [weight, grad] = [array("float32", [rows, dim], 1), array("float32", [batch, dim], 2)];
				const [indices, out] = [indexArray([batch, bag], rows, 3), twin(host, "float32", [batch, dim])];
				for (const [side, table] of both) {
					table.embeddingBag(weight[side], indices[side], out[side], 0.25);
					table.embeddingBagGrad(grad[side], indices[side], weight[side], 0.5);
				}
				expect(largestError(...twinValues(host, out))).toBeLessThan(2e-6);
				// Up to 120 additions, each rounded at the size of the running sum.
				expect(largestError(...twinValues(host, weight))).toBeLessThan(2e-5);
			}),
			{ numRuns: 100 },
		);
	});
});

describe("kernels by index", () => {
	it("give the same bits however the work is split", () => {
		const layout = { outer: 3, length: 50, inner: 70 };
		const x = array("float32", [3, 50, 70], 1).wasm;
		const source = array("float32", [3, 40, 70], 2).wasm;
		const [indices, many] = [indexArray([40], 50, 3).wasm, indexArray([3, 40, 70], 50, 4).wasm];
		const bags = indexArray([9, 11], 150, 5).wasm;
		const run = (onto: typeof host): number[] => {
			const results = [array("float32", [3, 40, 70], 6), array("float32", [3, 50, 70], 7), array("float32", [9, 70], 8)].map((t) => t.wasm);
			take(onto)(x, indices, results[0], layout);
			scatterAdd(onto)(source, indices, results[1], layout);
			gatherGrad(onto)(source, many, results[1], { ...layout, count: 40 });
			const table = { ...results[1], shape: [150, 70] };
			embeddingBag(onto)(table, bags, results[2], 0.1);
			embeddingBagGrad(onto)(results[2], bags, table, 0.3);
			gather(onto)(x, many, results[0], { ...layout, count: 40 });
			return results.flatMap((result) => valuesOf(host, result));
		};
		expect(run(inPieces(host))).toEqual(run(host));
	});
});

describe("findOutOfRange", () => {
	it("finds the first index below 0 or from the length on, wherever it stands", () => {
		const find = findOutOfRange(host);
		for (let count = 0; count < 70; count++) {
			const clean = Array.from({ length: count }, (_, i) => i % 7);
			expect(find(operand(host, "int32", [count], clean), 7)).toBe(-1);
			for (let at = 0; at < count; at += 5) {
				const dirty = clean.map((v, i) => (i === at ? (at % 2 === 0 ? -1 : 7) : i > at + 9 ? 100 : v));
				expect(find(operand(host, "int32", [count], dirty), 7)).toBe(at);
			}
		}
	});
});
