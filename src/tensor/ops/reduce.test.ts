import { describe, expect, it } from "vitest";
import { executors } from "../../../test/executors.ts";
import {
	ArgumentError,
	createReferenceExecutor,
	type DType,
	DTypeError,
	full,
	IndexError,
	ones,
	range,
	scalar,
	scope,
	setExecutor,
	type Tensor,
	tensor,
	withExecutor,
	zeros,
} from "../../index.ts";
import { sumTo } from "./sum-to.ts";

setExecutor(createReferenceExecutor());

const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY];
const described = (x: Tensor): [DType, number[], unknown] => [x.dtype, [...x.shape], x.toArray()];

describe.each(executors)("on $name", ({ executor }) => {
	const on = (run: () => void): void => withExecutor(executor, () => scope(run));
	/** 0 … 23 as [2, 3, 4]. */
	const cube = (): Tensor => range(24).to("float32").reshape([2, 3, 4]);

	it("sum, mean, max and min go over all axes, one, or several in any order", () => {
		on(() => {
			expect(cube().sum().item()).toBe(276);
			expect(cube().sum(2).toArray()).toEqual([
				[6, 22, 38],
				[54, 70, 86],
			]);
			expect(cube().sum([2, 0]).toArray()).toEqual([60, 92, 124]);
			expect(cube().sum([0, -1]).toArray()).toEqual([60, 92, 124]);
			expect(cube().sum([]).toArray()).toEqual(cube().toArray());
			expect(cube().mean([0, 1]).toArray()).toEqual([10, 11, 12, 13]);
			expect(cube().max(0).select(0, 0).toArray()).toEqual([12, 13, 14, 15]);
			expect(cube().min([1, 2]).toArray()).toEqual([0, 12]);
		});
	});

	it("keepDims leaves axes of length 1, so that the result broadcasts against its origin", () => {
		on(() => {
			expect(cube().sum(1, { keepDims: true }).shape).toEqual([2, 1, 4]);
			expect(cube().max(undefined, { keepDims: true }).shape).toEqual([1, 1, 1]);
			expect(
				cube()
					.sub(cube().mean(-1, { keepDims: true }))
					.sum()
					.item(),
			).toBe(0);
		});
	});

	it("of a scalar give the scalar", () => {
		on(() => {
			expect([scalar(3).sum(), scalar(3).mean(), scalar(3).max([]), scalar(3).min()].map((x) => x.item())).toEqual([3, 3, 3, 3]);
		});
	});

	it("over empty axes: sums are 0, means NaN, and of empty results there is nothing", () => {
		on(() => {
			const x = zeros([2, 0, 3]);
			expect(x.sum(1).toArray()).toEqual([
				[0, 0, 0],
				[0, 0, 0],
			]);
			expect(x.sum().item()).toBe(0);
			expect(x.mean(1).toArray()).toEqual([
				[NAN, NAN, NAN],
				[NAN, NAN, NAN],
			]);
			expect(x.mean().item()).toBe(NAN);
			for (const reduced of [x.sum(0), x.mean(2), x.max(0), x.min(2)])
				expect([reduced.shape[1] === 0 || reduced.shape[0] === 0, reduced.size]).toEqual([true, 0]);
			expect(x.max(0).shape).toEqual([0, 3]);
		});
	});

	it("count truths and bytes in int32; extremes keep the type", () => {
		on(() => {
			expect(
				described(
					tensor([
						[true, false, true],
						[true, true, true],
					]).sum(1),
				),
			).toEqual(["int32", [2], [2, 3]]);
			expect(described(tensor(new Uint8Array([255, 255, 3])).sum())).toEqual(["int32", [], 513]);
			expect(described(tensor(new Int32Array([2147483647, 1])).sum())).toEqual(["int32", [], -2147483648]);
			expect(described(tensor(new Uint8Array([7, 200, 3])).max())).toEqual(["uint8", [], 200]);
			expect(described(tensor([true, false]).min())).toEqual(["bool", [], 0]);
			expect(described(tensor(new Int32Array([-5, 2])).min())).toEqual(["int32", [], -5]);
		});
	});

	it("read views with any strides", () => {
		on(() => {
			const x = cube();
			expect(x.permute([2, 0, 1]).sum(1).toArray()).toEqual([
				[12, 20, 28],
				[14, 22, 30],
				[16, 24, 32],
				[18, 26, 34],
			]);
			expect(x.flip([0, 2]).select(1, 0).max(0).toArray()).toEqual([15, 14, 13, 12]);
			expect(
				x
					.slice([":", [null, null, 2], [1, 3]])
					.sum()
					.item(),
			).toBe(1 + 2 + 9 + 10 + 13 + 14 + 21 + 22);
			expect(tensor([2, 3]).reshape([2, 1]).expand([2, 5]).sum(1).toArray()).toEqual([10, 15]);
			expect(scalar(0.5).expand([4, 4]).sum().item()).toBe(8);
		});
	});

	it("pass NaN on and keep infinities", () => {
		on(() => {
			const x = tensor([
				[1, NAN],
				[INF, -INF],
			]);
			expect([x.sum(1).toArray(), x.max(1).toArray(), x.min(1).toArray(), x.max(0).toArray()]).toEqual([
				[NAN, NAN],
				[NAN, INF],
				[NAN, -INF],
				[INF, NAN],
			]);
		});
	});

	it("mean of equal values is that value, for every count", () => {
		on(() => {
			for (let count = 1; count <= 300; count++) expect(full([count], 0.75).mean().item()).toBe(0.75);
		});
	});

	it("send gradients back to every element: 1 for sums, 1/n for means, to the extreme for max and min", () => {
		on(() => {
			const gradientOf = (reduce: (x: Tensor) => Tensor): unknown => {
				const x = tensor([
					[1, 5, 2],
					[4, 0, 4],
				]).requireGrad();
				reduce(x)
					.mul(tensor([12, 24]))
					.sum()
					.backward();
				return x.grad?.toArray();
			};
			expect(gradientOf((x) => x.sum(1))).toEqual([
				[12, 12, 12],
				[24, 24, 24],
			]);
			expect(gradientOf((x) => x.mean(1))).toEqual([
				[4, 4, 4],
				[8, 8, 8],
			]);
			// The two fours of the second row share its gradient.
			expect(gradientOf((x) => x.max(1))).toEqual([
				[0, 12, 0],
				[12, 0, 12],
			]);
			expect(gradientOf((x) => x.min(1, { keepDims: true }).reshape([2]))).toEqual([
				[12, 0, 0],
				[0, 24, 0],
			]);
		});
	});

	it("of nothing send back gradients of nothing", () => {
		on(() => {
			const x = zeros([2, 0]).requireGrad();
			x.sum(1).sum().backward();
			expect(x.grad?.shape).toEqual([2, 0]);
		});
	});

	it("write where they are told", () => {
		on(() => {
			const into = full([3], 9);
			expect(cube().sum([0, 2], { into })).toBe(into);
			expect(into.toArray()).toEqual([60, 92, 124]);
		});
	});
});

describe("what has no answer", () => {
	const x = ones([2, 0]);
	const rows: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
		["max over an empty axis", () => x.max(1), ArgumentError, /max: shape \[2, 0\] has no elements along axes \[1\], so there is no max/],
		["min of nothing", () => x.min(), ArgumentError, /min: shape \[2, 0\] has no elements along axes \[0, 1\]/],
		["sum over no axis", () => x.sum(2), IndexError, /sum: axis 2 is out of range; expected an integer from -2 to 1/],
		["max over half an axis", () => x.max(0.5), IndexError, /max: axis 0\.5/],
		["sum over an axis twice", () => x.sum([1, -1]), ArgumentError, /sum: axis 1 is named twice/],
		["mean of truths", () => tensor([true]).mean(), DTypeError, /mean: expected float32 or float64, received bool/],
	];
	it.each(rows)("%s is refused", (_, run, error, words) => {
		expect(run).toThrow(error);
		expect(run).toThrow(words);
	});
});

describe("sumTo", () => {
	it("undoes broadcasting: sums over what was stretched or new", () => {
		const x = range(24).to("float32").reshape([2, 3, 4]);
		expect(sumTo(x, [2, 3, 4])).toBe(x);
		expect(sumTo(x, [4]).toArray()).toEqual([60, 66, 72, 78]);
		expect(sumTo(x, [3, 1]).toArray()).toEqual([[60], [92], [124]]);
		expect(sumTo(x, [1, 1, 1]).toArray()).toEqual([[[276]]]);
		expect(sumTo(x, []).item()).toBe(276);
		expect(sumTo(zeros([0, 2]), [1, 2]).toArray()).toEqual([[0, 0]]);
	});
});
