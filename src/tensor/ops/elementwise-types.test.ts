/** Element types of elementwise results, conversions, and powers that are not computed as such. */
import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/reference/index.ts";
import * as g from "../index.ts";

g.setExecutor(createReferenceExecutor());
const ints = g.tensor([1, 2, 3], { dtype: "int32" });
const bytes = g.tensor([1, 2, 250], { dtype: "uint8" });
const truths = g.tensor([true, false, true]);
const reals = g.tensor([0.5, -1.5, 2.5]);

describe("result types", () => {
	test("integers stay integers under +, −, ·, remainder and rounding, and become real under division and functions", () => {
		for (const y of [ints.add(ints), bytes.mul(2), truths.add(truths), ints.remainder(2), ints.floor()]) expect(y.dtype).toBe("int32");
		for (const y of [ints.div(2), ints.exp(), truths.sqrt(), bytes.pow(2), ints.pow(2.5), ints.mul(0.5)]) expect(y.dtype).toBe("float32");
	});

	test("comparisons give truths", () => {
		for (const y of [reals.lt(0), ints.eq(2), truths.logicalNot(), reals.isNaN(), bytes.any()]) expect(y.dtype).toBe("bool");
	});

	test("a choice between equal types keeps the type; a number takes that of the tensor", () => {
		expect(g.where(truths, ints, ints).dtype).toBe("int32");
		expect(g.where(truths, truths, truths).dtype).toBe("bool");
		expect(g.where(truths, 0, reals).dtype).toBe("float32");
		expect(g.where(truths, ints, 0).dtype).toBe("int32");
		expect(g.where(truths, ints, reals).toArray()).toEqual([1, -1.5, 3]);
	});

	test("tril keeps the type of what it cuts", () => {
		for (const x of [ints, bytes, truths, reals]) expect(x.reshape([1, 3]).tril().dtype).toBe(x.dtype);
	});
});

describe("to", () => {
	test("cuts fractions off, saturates int32, keeps the low byte, and calls true what is not 0", () => {
		const x = g.tensor([1.9, -1.9, 3e9, -3e9, Number.NaN, 0]);
		expect(x.to("int32").toArray()).toEqual([1, -1, 2147483647, -2147483648, 0, 0]);
		expect(g.tensor([255.5, 256, 257, 0]).to("uint8").toArray()).toEqual([255, 0, 1, 0]);
		expect(x.to("bool").toArray()).toEqual([1, 1, 1, 1, 1, 0]);
	});

	test("gives the tensor itself back if nothing changes", () => {
		expect(reals.to("float32")).toBe(reals);
	});

	test("passes gradients between real types, and none through integers", () => {
		const x = g.tensor([1, 2]).requireGrad();
		x.to("float64").square().sum().backward();
		expect(x.grad?.dtype).toBe("float32");
		expect(x.grad?.toArray()).toEqual([2, 4]);
		expect(x.to("int32").requiresGrad).toBe(false);
	});
});

describe("pow", () => {
	test.each([-2, -1, -0.5, 0.5, 1, 2, 3, 4])("by the number %f is the general power", (exponent) => {
		const x = g.tensor([0.25, 1, 3.5]).requireGrad();
		const short = x.pow(exponent);
		const general = x.pow(g.full([3], exponent));
		short.dataSync().forEach((value, i) => {
			expect(value).toBeCloseTo(general.dataSync()[i], 5);
		});
	});

	test("by 0 is 1, with gradient 0 even at 0", () => {
		const x = g.tensor([0, -3, Number.NaN]).requireGrad();
		const y = x.pow(0);
		expect(y.toArray()).toEqual([1, 1, 1]);
		y.sum().backward();
		expect(x.grad?.toArray()).toEqual([0, 0, 0]);
	});
});
