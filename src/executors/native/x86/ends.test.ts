/** Operands at the end of all memory, where reading on ends the process: masks must hold back what a vector would read too much. */
import { expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { Convolution } from "./images-testing.ts";
import { firstDifference, machineEngine, machineLanes } from "./machine-testing.ts";
import { type Case, Product } from "./products-testing.ts";

const products: Record<string, Case> = {
	"read where they lie": { m: 28, n: 45, k: 33 },
	"with copies of B": { m: 30, n: 45, k: 33 },
	"with a transposed B": { m: 30, n: 45, k: 33, b: { transposed: true } },
	"with a transposed B of few columns and steps": { m: 300, n: 5, k: 11, b: { transposed: true } },
	"with a transposed A": { m: 41, n: 50, k: 30, a: { transposed: true } },
};
const copying: Record<string, Case> = {
	"with copies of A": { m: 157, n: 100, k: 253, a: { gap: 512 - 253 } },
	"with copies of a transposed A": { m: 157, n: 100, k: 253, a: { transposed: true } },
};

describeIf(requires.machineCode, "machine code reads nothing behind its operands", () => {
	for (const lanes of machineLanes()) {
		it.each(Object.entries({ ...products, ...copying }))(`in products %s, ${lanes} lanes`, (name, test) => {
			const engine = machineEngine(lanes);
			const product = new Product(test);
			const expected = product.by(engine);
			for (const last of ["a", "b"] as const) expect(firstDifference(product.by(engine, { last }), expected), last).toBeNull();
			expect(engine.left.products).toBe(0);
			expect(engine.copyKernelCount()).toBe(name in copying ? 1 : 0);
		});

		it.each([
			[28, 28],
			[13, 21],
			[15, 8],
			[7, 4],
			[9, 33],
		])(`in convolutions of images of %i × %i, ${lanes} lanes`, (height, width) => {
			const engine = machineEngine(lanes);
			const convolution = new Convolution({ images: 9, inChannels: 16, outChannels: 24, height, width, padding: [1, 1] });
			const expected = convolution.by(engine);
			for (const last of ["x", "gradOut"] as const) {
				const actual = convolution.by(engine, { last });
				for (const result of ["forward", "gradInput", "gradWeight"] as const) {
					expect(firstDifference(actual[result], expected[result]), `${result}, ${last} last`).toBeNull();
				}
			}
			expect(engine.left).toEqual({ products: 0, transforms: 0 });
		});
	}
});
