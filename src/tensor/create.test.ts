import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { createReferenceExecutor, createWasmExecutor } from "../executors/index.ts";
import {
	ArgumentError,
	type DType,
	DTypeError,
	ExecutorError,
	empty,
	eye,
	full,
	fullLike,
	linspace,
	OutOfMemoryError,
	ones,
	onesLike,
	range,
	ShapeError,
	scalar,
	scope,
	setExecutor,
	type Tensor,
	type TensorLike,
	tensor,
	toExecutor,
	withExecutor,
	zeros,
	zerosLike,
} from "../index.ts";

const reference = createReferenceExecutor();
setExecutor(reference);

const described = (x: Tensor): [DType, number[], unknown] => [x.dtype, [...x.shape], x.toArray()];

describe("tensor", () => {
	it("takes its shape from nested lists", () => {
		expect(described(tensor(3))).toEqual(["float32", [], 3]);
		expect(described(tensor([1, 2.5]))).toEqual(["float32", [2], [1, 2.5]]);
		expect(
			described(
				tensor([
					[1, 2, 3],
					[4, 5, 6],
				]),
			),
		).toEqual([
			"float32",
			[2, 3],
			[
				[1, 2, 3],
				[4, 5, 6],
			],
		]);
		expect(described(tensor([[[7]]]))).toEqual(["float32", [1, 1, 1], [[[7]]]]);
	});

	it("takes empty lists as axes of length 0", () => {
		expect(described(tensor([]))).toEqual(["float32", [0], []]);
		expect(described(tensor([[], []]))).toEqual(["float32", [2, 0], [[], []]]);
		expect(described(tensor([[[]]]))).toEqual(["float32", [1, 1, 0], [[[]]]]);
	});

	it("is bool for truths alone; among numbers they count as 0 and 1", () => {
		expect(described(tensor(true))).toEqual(["bool", [], 1]);
		expect(described(tensor([[true], [false]]))).toEqual(["bool", [2, 1], [[1], [0]]]);
		expect(described(tensor([true, 2]))).toEqual(["float32", [2], [1, 2]]);
		expect(described(tensor([1, true]))).toEqual(["float32", [2], [1, 1]]);
	});

	it("takes typed arrays, also as rows, in their own type where that is one of a tensor's", () => {
		expect(described(tensor(new Float32Array([1, 2])))).toEqual(["float32", [2], [1, 2]]);
		expect(described(tensor(new Int32Array([1, -2])))).toEqual(["int32", [2], [1, -2]]);
		expect(described(tensor(new Uint8Array([1, 255])))).toEqual(["uint8", [2], [1, 255]]);
		expect(described(tensor(new Float64Array([0.1])))).toEqual(["float32", [1], [Math.fround(0.1)]]);
		expect(described(tensor([new Int32Array([1, 2]), new Int32Array([3, 4])]))).toEqual([
			"int32",
			[2, 2],
			[
				[1, 2],
				[3, 4],
			],
		]);
	});

	it("takes a shape for what has none", () => {
		expect(tensor(new Float32Array([1, 2, 3, 4, 5, 6]), { shape: [2, 3] }).toArray()).toEqual([
			[1, 2, 3],
			[4, 5, 6],
		]);
		expect(tensor([7], { shape: [] }).item()).toBe(7);
		expect(tensor([], { shape: [3, 0] }).shape).toEqual([3, 0]);
	});

	it("converts to the type that is asked for", () => {
		expect(described(tensor([1.9, -1.9, Number.NaN], { dtype: "int32" }))).toEqual(["int32", [3], [1, -1, 0]]);
		expect(described(tensor([0, -0, 0.5, Number.NaN], { dtype: "bool" }))).toEqual(["bool", [4], [0, 0, 1, 1]]);
		expect(described(tensor([0.1], { dtype: "float64" }))).toEqual(["float64", [1], [0.1]]);
		expect(described(tensor(new Int32Array([2, 0]), { dtype: "bool" }))).toEqual(["bool", [2], [1, 0]]);
	});

	it("copies: later changes of the array do not show", () => {
		const values = new Float32Array([1, 2]);
		const x = tensor(values);
		values[0] = 9;
		expect(x.toArray()).toEqual([1, 2]);
	});

	it("holds lists of any length and depth", () => {
		expect(tensor(Array.from({ length: 200_000 }, (_, i) => i)).size).toBe(200_000);
		let deep: TensorLike = 5;
		for (let i = 0; i < 50; i++) deep = [deep];
		expect(tensor(deep).rank).toBe(50);
	});

	const uneven: [string, TensorLike, RegExp][] = [
		["lists of different lengths", [[1, 2], [3]], /uneven at depth 1: expected length 2, received 1/],
		["an empty list after a full one", [[1], []], /uneven at depth 1: expected length 1, received 0/],
		["a full list after an empty one", [[], [1]], /uneven at depth 1: expected length 0, received 1/],
		["a number after a list", [[1], 2], /uneven at depth 1: numbers and lists are mixed/],
		["a list after a number", [1, [2]], /uneven at depth 1: numbers and lists are mixed/],
		["lists of different depth", [[[1]], [2]], /uneven at depth 2: numbers and lists are mixed/],
	];
	it.each(uneven)("refuses %s", (_, values, words) => {
		expect(() => tensor(values)).toThrow(ShapeError);
		expect(() => tensor(values)).toThrow(words);
	});

	it("refuses a shape that the values do not fill", () => {
		expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(ShapeError);
		expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(/tensor: 3 values do not fill shape \[2, 2\], which holds 4/);
		expect(() => tensor([1, 2, 3, 4], { shape: [-2, -2] })).toThrow(/tensor: \[-2, -2\] is no shape/);
	});

	const strangers: [string, unknown][] = [
		["a string", "12"],
		["undefined", [1, undefined]],
		["null", null],
		["bigint", [1n]],
		["Object", {}],
		["Set", new Set([1])],
		["DataView", new DataView(new ArrayBuffer(4))],
		["BigInt64Array", new BigInt64Array(2)],
		["a gap", new Array(2)],
	];
	it.each(strangers)("refuses %s", (_, values) => {
		expect(() => tensor(values as TensorLike)).toThrow(ArgumentError);
		expect(() => tensor(values as TensorLike)).toThrow(/tensor: expected numbers, truths or lists of them, received /);
	});

	it("refuses a tensor, and says how to copy one", () => {
		expect(() => tensor(zeros([2]) as unknown as TensorLike)).toThrow(ArgumentError);
		expect(() => tensor(zeros([2]) as unknown as TensorLike)).toThrow(/received a Tensor\.\n {2}Try: x\.clone\(\)/);
	});

	it("leaves nothing behind when it refuses", () => {
		const before = reference.memory().blockCount;
		for (const [, values] of strangers) expect(() => tensor(values as TensorLike)).toThrow();
		for (const [, values] of uneven) expect(() => tensor(values)).toThrow();
		expect(() => tensor([1], { shape: [2] })).toThrow();
		expect(() => zeros([-1])).toThrow();
		expect(reference.memory().blockCount).toBe(before);
	});
});

describe("a type or a place that there is not", () => {
	it("is refused with what there is", () => {
		expect(() => zeros([2], { dtype: "float" as DType })).toThrow(DTypeError);
		expect(() => zeros([2], { dtype: "float" as DType })).toThrow(
			/"float" is no element type; expected one of bool, uint8, int32, float32, float64/,
		);
		const executor = createWasmExecutor();
		expect(() => zeros([2], { dtype: "float64", executor })).toThrow(ExecutorError);
		expect(() => zeros([2], { dtype: "float64", executor })).toThrow(
			/The wasm executor holds no float64; it holds float32, int32, uint8, bool\.\n {2}Try: float32, or the reference executor/,
		);
	});

	it("is refused by name where a number stands for a shape", () => {
		expect(() => zeros(3 as unknown as number[])).toThrow(/expected a shape, a list of lengths such as \[2, 3\], received 3/);
		expect(() => zeros([2.5])).toThrow(/\[2\.5\] is no shape/);
	});

	it("is said to be too large before any memory is asked for", () => {
		for (const make of [
			() => zeros([1e6, 1e6]),
			() => eye(1e6),
			() => range(1e12),
			() => linspace(0, 1, 1e12),
			() => ones([1e300, 1e300]),
		]) {
			expect(make).toThrow(OutOfMemoryError);
		}
	});
});

describe.each(executors)("on $name", ({ executor }) => {
	const on = <R>(fn: () => R): R => withExecutor(executor, () => scope(fn));

	it("zeros, ones, full and scalar fill every element of every type", () => {
		on(() => {
			for (const dtype of executor.dtypes) {
				expect(described(zeros([2, 3], { dtype }))).toEqual([dtype, [2, 3], [new Array(3).fill(0), new Array(3).fill(0)]]);
				expect(
					ones([37], { dtype })
						.dataSync()
						.every((value) => value === 1),
				).toBe(true);
				expect(described(scalar(1, { dtype }))).toEqual([dtype, [], 1]);
			}
			expect(full([2], 0.1).toArray()).toEqual([Math.fround(0.1), Math.fround(0.1)]);
			expect(full([2], -0).toArray()).toEqual([-0, -0]);
			expect(full([1], Number.NaN).toArray()).toEqual([Number.NaN]);
			expect(full([2], 7, { dtype: "bool" }).toArray()).toEqual([1, 1]);
			expect(full([2], -2.5, { dtype: "int32" }).toArray()).toEqual([-2, -2]);
			expect(zeros([0, 4]).toArray()).toEqual([]);
		});
	});

	it("the …Like functions take shape, type and executor of their model, whatever the current executor", () => {
		const x = on(() => zeros([2, 1], { dtype: "int32" }));
		for (const [made, value] of [
			[zerosLike(x), 0],
			[onesLike(x), 1],
			[fullLike(x, 5), 5],
		] as const) {
			expect(described(made)).toEqual(["int32", [2, 1], [[value], [value]]]);
			expect(made.executor).toBe(executor);
			made.dispose();
		}
		x.dispose();
		expect(() => zerosLike(3 as unknown as Tensor)).toThrow(/zerosLike: expected a Tensor, received number/);
	});

	it("range counts like Python's, in int32 unless a bound or the step is fractional", () => {
		on(() => {
			expect(described(range(4))).toEqual(["int32", [4], [0, 1, 2, 3]]);
			expect(described(range(2, 5))).toEqual(["int32", [3], [2, 3, 4]]);
			expect(described(range(5, 0, { step: -2 }))).toEqual(["int32", [3], [5, 3, 1]]);
			expect(described(range(0))).toEqual(["int32", [0], []]);
			expect(described(range(5, 0))).toEqual(["int32", [0], []]);
			expect(described(range(0, 2.5))).toEqual(["float32", [3], [0, 1, 2]]);
			expect(described(range(0, 1, { step: 0.25 }))).toEqual(["float32", [4], [0, 0.25, 0.5, 0.75]]);
			expect(described(range(3, undefined, { dtype: "float32" }))).toEqual(["float32", [3], [0, 1, 2]]);
			expect(described(range(3, undefined, { dtype: "bool" }))).toEqual(["bool", [3], [0, 1, 1]]);
		});
	});

	it("linspace includes both ends", () => {
		on(() => {
			expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
			expect(linspace(3, -1, 3).toArray()).toEqual([3, 1, -1]);
			expect(linspace(3, 9, 1).toArray()).toEqual([3]);
			expect(linspace(3, 9, 0).toArray()).toEqual([]);
			expect(described(linspace(0, 10, 3, { dtype: "int32" }))).toEqual(["int32", [3], [0, 5, 10]]);
		});
	});

	it("eye has ones on the diagonal and nothing elsewhere", () => {
		on(() => {
			expect(eye(3).toArray()).toEqual([
				[1, 0, 0],
				[0, 1, 0],
				[0, 0, 1],
			]);
			expect(eye(0).shape).toEqual([0, 0]);
			expect(described(eye(1, { dtype: "bool" }))).toEqual(["bool", [1, 1], [[1]]]);
		});
	});

	it("empty reserves memory of the shape and type", () => {
		on(() => {
			const x = empty([3, 2], { dtype: "int32" });
			expect([x.dtype, x.shape, x.size, x.dataSync().length]).toEqual(["int32", [3, 2], 6, 6]);
		});
	});
});

describe("bounds that make no sense", () => {
	const rows: [string, () => Tensor, RegExp][] = [
		["a step of 0", () => range(0, 4, { step: 0 }), /range: expected finite bounds and a step other than 0, received 0, 4, step 0/],
		["an endless range", () => range(Number.POSITIVE_INFINITY), /range: expected finite bounds/],
		["a range to NaN", () => range(0, Number.NaN), /range: expected finite bounds/],
		["half a count", () => linspace(0, 1, 2.5), /linspace: expected finite bounds and an integer count ≥ 0, received 0, 1, count 2\.5/],
		["a negative count", () => linspace(0, 1, -1), /count -1/],
		["a line to NaN", () => linspace(0, Number.NaN, 3), /received 0, NaN, count 3/],
	];
	it.each(rows)("%s is refused", (_, make, words) => {
		expect(make).toThrow(ArgumentError);
		expect(make).toThrow(words);
	});

	it("an identity of negative or fractional size is refused as a shape", () => {
		expect(() => eye(-1)).toThrow(ShapeError);
		expect(() => eye(1.5)).toThrow(/\[1\.5, 1\.5\] is no shape/);
	});
});

describe("toExecutor", () => {
	it("copies values, shape and type to another executor, without history", async () => {
		const [from, to] = [createWasmExecutor(), createReferenceExecutor()];
		const x = tensor([[1, 2, 3]], { executor: from }).requireGrad();
		const view = x.transpose();
		const moved = await toExecutor(view, to);
		expect(moved.executor).toBe(to);
		expect(moved.toArray()).toEqual([[1], [2], [3]]);
		expect(moved.requiresGrad).toBe(false);
		const truth = await tensor([true, false], { executor: from }).toExecutor(to);
		expect(described(truth)).toEqual(["bool", [2], [1, 0]]);
	});

	it("refuses what is no tensor and what the other executor does not hold", async () => {
		await expect(toExecutor(1 as unknown as Tensor, reference)).rejects.toThrow(/toExecutor: expected a Tensor/);
		await expect(tensor([1], { dtype: "float64" }).toExecutor(createWasmExecutor())).rejects.toThrow(/wasm executor holds no float64/);
	});
});
