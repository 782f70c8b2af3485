import { describe, expect, it } from "vitest";
import { createReferenceExecutor } from "../executors/index.ts";
import { ones, range, scalar, setExecutor, tensor, zeros } from "../index.ts";
import { formatTensor } from "./format.ts";

setExecutor(createReferenceExecutor());

const text = (...lines: string[]): string => lines.join("\n");

describe("a tensor as text", () => {
	it("is its value where it is a scalar, then shape and type", () => {
		expect(scalar(3).toString()).toBe("3.0000  [] float32");
		expect(scalar(-7, { dtype: "int32" }).toString()).toBe("-7  [] int32");
	});

	it("shows four digits behind the point, and powers of ten where these would not tell", () => {
		expect(tensor([0.5, -0.25, 0]).toString()).toBe("[ 0.5000, -0.2500,  0.0000]  [3] float32");
		expect(tensor([1e-8, 0.0005, 999999, 1e6]).toString()).toBe("[  1.0000e-8,      0.0005, 999999.0000,   1.0000e+6]  [4] float32");
		expect(tensor([1 / 3], { dtype: "float64" }).toString()).toBe("[0.3333]  [1] float64");
	});

	it("shows NaN and infinities by name, and truths as words", () => {
		expect(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]).toString()).toBe(
			"[      NaN,  Infinity, -Infinity,    1.0000]  [4] float32",
		);
		expect(tensor([[true], [false]]).toString()).toBe(text("[[ true],", " [false]]  [2, 1] bool"));
	});

	it("stands in columns, rows under each other, matrices apart", () => {
		expect(
			tensor(
				[
					[1, -20],
					[300, 4],
				],
				{ dtype: "int32" },
			).toString(),
		).toBe(text("[[  1, -20],", " [300,   4]]  [2, 2] int32"));
		expect(range(8).reshape([2, 2, 2]).toString()).toBe(text("[[[0, 1],", "  [2, 3]],", "", " [[4, 5],", "  [6, 7]]]  [2, 2, 2] int32"));
	});

	it("shows axes of up to ten whole, longer ones by their ends", () => {
		expect(range(10).toString()).toBe("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]  [10] int32");
		expect(range(11).toString()).toBe("[ 0,  1,  2,  3, …,  7,  8,  9, 10]  [11] int32");
		expect(range(22).reshape([11, 2]).toString()).toBe(
			text(
				"[[ 0,  1],",
				" [ 2,  3],",
				" [ 4,  5],",
				" [ 6,  7],",
				" …,",
				" [14, 15],",
				" [16, 17],",
				" [18, 19],",
				" [20, 21]]  [11, 2] int32",
			),
		);
	});

	it("is aligned by what is shown, not by what is left out", () => {
		const values = Array.from({ length: 20 }, (_, i) => (i === 10 ? 123456 : i % 10));
		expect(tensor(values, { dtype: "int32" }).toString()).toBe("[0, 1, 2, 3, …, 6, 7, 8, 9]  [20] int32");
	});

	it("shows empty axes as empty brackets", () => {
		expect(zeros([0]).toString()).toBe("[]  [0] float32");
		expect(zeros([2, 0]).toString()).toBe(text("[[],", " []]  [2, 0] float32"));
		expect(zeros([0, 3]).toString()).toBe("[]  [0, 3] float32");
	});

	it("stays short for many axes", () => {
		for (const shape of [
			[8, 8, 8, 8],
			[10, 10, 10, 10, 10, 10],
			[1000, 1000],
			[12, 3, 64, 64],
		]) {
			const shown = ones(shape, { dtype: "uint8" }).toString();
			expect(shown.length).toBeLessThan(20_000);
			expect(shown).toContain(`[${shape.join(", ")}] uint8`);
		}
	});

	it("shows a view's own elements in its own order", () => {
		const x = range(6).reshape([2, 3]);
		expect(x.transpose().toString()).toBe(text("[[0, 3],", " [1, 4],", " [2, 5]]  [3, 2] int32"));
		expect(x.flip(1).select(0, 1).toString()).toBe("[5, 4, 3]  [3] int32");
		expect(scalar(2).expand([3]).toString()).toBe("[2.0000, 2.0000, 2.0000]  [3] float32");
	});

	it("says that a tensor is disposed instead of failing", () => {
		const x = zeros([2, 3]);
		x.dispose();
		expect(x.toString()).toBe("Tensor([2, 3] float32, disposed)");
	});

	it("is what templates and Node's console show", () => {
		const x = scalar(1, { dtype: "uint8" });
		expect(`${x}`).toBe("1  [] uint8");
		const { inspect } = process.getBuiltinModule("node:util");
		expect(inspect(x)).toBe("1  [] uint8");
		expect(inspect({ x })).toBe("{ x: 1  [] uint8 }");
	});
});

describe("formatTensor", () => {
	it("takes data without a tensor", () => {
		expect(formatTensor(new Int32Array([1, 2]), [1, 2], "int32")).toBe("[[1, 2]]  [1, 2] int32");
	});
});
