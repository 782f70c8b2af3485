import fc from "fast-check";
import { expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { firstDifference, machineEngine, machineLanes } from "./machine-testing.ts";
import { type Case, Product, ProductChecks } from "./products-testing.ts";

const rarely = fc.nat(7).map((value) => value === 0);

describeIf(requires.machineCode, "products by machine code", () => {
	const checks = new ProductChecks();

	it("use vectors of all lengths that the processor has", () => {
		expect(machineLanes()).toEqual(requires.machineCode.location === "AVX-512" ? [8, 16] : [8]);
	});

	it("give the bits of WebAssembly, for any sizes and layouts", () => {
		const layout = fc.record({
			transposed: fc.boolean(),
			gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
			offset: fc.integer({ min: 0, max: 19 }),
			shared: fc.boolean(),
			repeated: rarely,
			linesFlipped: fc.boolean(),
			elementsFlipped: rarely,
		});
		const side = fc.integer({ min: 1, max: 70 });
		const cases: fc.Arbitrary<Case> = fc.record({
			batch: fc.integer({ min: 1, max: 3 }),
			m: side,
			n: side,
			k: side,
			a: layout,
			b: layout,
			adds: fc.constantFrom("nothing", "bias", "itself", "both"),
			offset: fc.integer({ min: 0, max: 19 }),
		});
		const [{ left }] = checks.engines;
		let own = 0;
		fc.assert(
			fc.property(cases, (test) => {
				const before = left.products;
				checks.check(test);
				if (left.products === before) own++;
			}),
			{ numRuns: 300 },
		);
		// The others are small, have a bias that is added last, or a B that is read by both strides.
		expect(own).toBeGreaterThan(40);
	});

	it("pass NaN and infinities on to the elements that they reach, and to no others", () => {
		const special = fc.record({
			side: fc.constantFrom("a", "b"),
			at: fc.nat(20_000),
			value: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
		});
		const cases: fc.Arbitrary<Case> = fc.record({
			m: fc.integer({ min: 5, max: 40 }),
			n: fc.integer({ min: 5, max: 70 }),
			k: fc.integer({ min: 20, max: 50 }),
			a: fc.record({ transposed: fc.boolean() }),
			b: fc.record({ transposed: fc.boolean() }),
			special: fc.array(special, { minLength: 1, maxLength: 3 }),
		});
		fc.assert(
			fc.property(cases, (test) => checks.check(test)),
			{ numRuns: 60 },
		);
	});

	it("keep subnormal numbers", () => {
		checks.checkOwn([
			{ m: 20, n: 40, k: 30, scale: 2 ** -130 },
			{ m: 20, n: 40, k: 30, scale: 2 ** -148 },
			{ m: 20, n: 40, k: 30, b: { transposed: true }, scale: 2 ** -140, adds: "nothing" },
		]);
	});

	it("write nothing where there are no matrices", () => {
		for (const engine of checks.engines) {
			for (const [batch, m, n, k] of [
				[0, 40, 40, 40],
				[2, 0, 400, 400],
				[2, 400, 0, 400],
			]) {
				expect(new Product({ batch, m, n, k }).by(engine)).toHaveLength(0);
			}
		}
	});

	it("of no terms are the bias, or zeros", () => {
		for (const engine of checks.engines) {
			for (const adds of ["nothing", "bias"] as const) {
				const product = new Product({ m: 40, n: 50, k: 0, adds });
				const expected = Float32Array.from({ length: 2000 }, (_, i) => product.bias?.[i % 50] ?? 0);
				expect(firstDifference(product.by(engine), expected)).toBeNull();
			}
		}
	});

	it("of columns and rows that both lie apart are left to WebAssembly", () => {
		const [engine] = checks.engines;
		const before = engine.left.products;
		checks.check({ m: 20, n: 30, k: 40, b: { elementsFlipped: true } });
		expect(engine.left.products).toBe(before + 1);
	});

	it("are the same when a shape comes first, and is left to WebAssembly, as when it comes again", () => {
		for (const lanes of machineLanes()) {
			const engine = machineEngine(lanes, { eager: false });
			const product = new Product({ m: 20, n: 30, k: 40, adds: "bias" });
			const first = product.by(engine);
			expect(engine.left.products).toBe(1);
			expect(firstDifference(product.by(engine), first)).toBeNull();
			expect(engine.left.products).toBe(1);
		}
	});

	it("stay right once there are as many kernels as there may be", () => {
		for (const lanes of machineLanes()) {
			const engine = machineEngine(lanes, { mostKernels: 3 });
			for (let n = 30; n < 40; n++) {
				const product = new Product({ m: 20, n, k: 40 });
				expect(firstDifference(product.by(engine), product.by(checks.wasm)), `${n} columns`).toBeNull();
			}
			expect(engine.left.products).toBe(7);
		}
	});

	it("are left to WebAssembly beyond that also where their sizes have code for other strides", () => {
		for (const lanes of machineLanes()) {
			const engine = machineEngine(lanes, { mostKernels: 1 });
			const sizes = { m: 20, n: 30, k: 40 };
			for (const [transposed, left] of [
				[false, 0],
				[true, 1],
				[false, 1],
				[true, 2],
			] as const) {
				const product = new Product({ ...sizes, b: { transposed } });
				expect(firstDifference(product.by(engine), product.by(checks.wasm))).toBeNull();
				expect(engine.left.products).toBe(left);
			}
		}
	});
});
