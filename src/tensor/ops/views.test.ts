import { describe, expect, it } from "vitest";
import { executors } from "../../../test/executors.ts";
import { createReferenceExecutor } from "../../executors/index.ts";
import {
	ArgumentError,
	IndexError,
	ones,
	range,
	ShapeError,
	scalar,
	scope,
	setExecutor,
	type Tensor,
	tensor,
	withExecutor,
	zeros,
} from "../../index.ts";

setExecutor(createReferenceExecutor());

const matrix = (): Tensor => range(6).reshape([2, 3]).to("float32");
const layoutOf = ({ shape, strides, offset }: Tensor) => ({ shape: [...shape], strides: strides.map((stride) => stride + 0), offset });

/** Whether two tensors look at the same memory. */
const shared = (a: Tensor, b: Tensor): boolean => a.storage === b.storage;

describe.each(executors)("on $name", ({ executor }) => {
	const on = (run: () => void): void => withExecutor(executor, () => scope(run));

	it("reshape keeps the row-major order and finds the length called −1", () => {
		on(() => {
			const x = matrix();
			expect(x.reshape([3, 2]).toArray()).toEqual([
				[0, 1],
				[2, 3],
				[4, 5],
			]);
			expect(x.reshape([-1]).toArray()).toEqual([0, 1, 2, 3, 4, 5]);
			expect(x.reshape([2, -1, 1]).shape).toEqual([2, 3, 1]);
			expect(scalar(4).reshape([1, 1]).toArray()).toEqual([[4]]);
			expect(x.at(0, 0).reshape([]).item()).toBe(0);
		});
	});

	it("reshape shares memory where nothing has gaps, and copies where something has", () => {
		on(() => {
			const x = matrix();
			expect(shared(x.reshape([6]), x)).toBe(true);
			expect(shared(x.select(0, 1).reshape([3, 1]), x)).toBe(true);
			const turned = x.transpose();
			expect(shared(turned.reshape([6]), x)).toBe(false);
			expect(turned.reshape([6]).toArray()).toEqual([0, 3, 1, 4, 2, 5]);
			expect(x.flip(1).reshape([3, 2]).toArray()).toEqual([
				[2, 1],
				[0, 5],
				[4, 3],
			]);
		});
	});

	it("permute, transpose, flip and their gradients move elements to the same places", () => {
		on(() => {
			const weights = matrix().reshape([1, 3, 2]);
			const turns: [string, (x: Tensor) => Tensor, (y: Tensor) => Tensor][] = [
				["permute", (x) => x.permute([2, 0, 1]), (y) => y.permute([1, 2, 0])],
				["transpose", (x) => x.transpose(), (y) => y.transpose()],
				["flip", (x) => x.flip([1, 2]), (y) => y.flip([1, 2])],
			];
			for (const [name, turn, back] of turns) {
				const x = matrix().add(10).reshape([1, 3, 2]).requireGrad();
				const y = turn(x);
				expect(back(y).toArray(), name).toEqual(x.toArray());
				y.mul(turn(weights)).sum().backward();
				expect(x.grad?.toArray(), name).toEqual(weights.toArray());
			}
		});
	});

	it("expand repeats without copying, and its gradient sums over what was repeated", () => {
		on(() => {
			const x = tensor([[1], [2]]).requireGrad();
			const y = x.expand([3, 2, 2]);
			expect(shared(x, y)).toBe(true);
			expect(y.toArray()).toEqual(
				new Array(3).fill([
					[1, 1],
					[2, 2],
				]),
			);
			y.mul(tensor([1, 10]))
				.sum()
				.backward();
			// 3 copies, columns weighted by 1 and 10.
			expect(x.grad?.toArray()).toEqual([[33], [33]]);
		});
	});

	it("clone and toContiguous have memory of their own; toContiguous only where there are gaps", () => {
		on(() => {
			const x = matrix();
			expect(shared(x.clone(), x)).toBe(false);
			expect(x.toContiguous()).toBe(x);
			const y = x.transpose().toContiguous();
			expect(shared(y, x)).toBe(false);
			expect([y.contiguous, y.toArray()]).toEqual([true, x.transpose().toArray()]);
			const leaf = matrix().requireGrad();
			leaf.transpose().toContiguous().mul(2).sum().backward();
			leaf.clone().sum().backward();
			expect(leaf.grad?.toArray()).toEqual([
				[3, 3, 3],
				[3, 3, 3],
			]);
		});
	});

	it("views of views of empty tensors stay empty", () => {
		on(() => {
			const x = zeros([2, 0, 3]);
			const views = [
				x.reshape([0]),
				x.reshape([-1, 3]),
				x.permute([1, 2, 0]),
				x.flip([0, 1, 2]),
				x.expand([4, 2, 0, 3]),
				x.unsqueeze(1),
				x.flatten(),
				x.clone(),
				x.transpose().toContiguous(),
				ones([1]).expand([0]),
			];
			expect(views.map(({ shape }) => [...shape])).toEqual([
				[0],
				[0, 3],
				[0, 3, 2],
				[2, 0, 3],
				[4, 2, 0, 3],
				[2, 1, 0, 3],
				[0],
				[2, 0, 3],
				[2, 3, 0],
				[0],
			]);
			for (const view of views) expect([view.size, view.add(1).size, view.dataSync().length]).toEqual([0, 0, 0]);
		});
	});
});

describe("layouts", () => {
	it("are those of the same elements walked otherwise", () => {
		const x = range(24).reshape([2, 3, 4]);
		expect(layoutOf(x)).toEqual({ shape: [2, 3, 4], strides: [12, 4, 1], offset: 0 });
		expect(layoutOf(x.permute([2, 0, 1]))).toEqual({ shape: [4, 2, 3], strides: [1, 12, 4], offset: 0 });
		expect(layoutOf(x.permute([-1, 0, 1]))).toEqual(layoutOf(x.permute([2, 0, 1])));
		expect(layoutOf(x.transpose())).toEqual({ shape: [2, 4, 3], strides: [12, 1, 4], offset: 0 });
		expect(layoutOf(x.transpose(0, 2))).toEqual({ shape: [4, 3, 2], strides: [1, 4, 12], offset: 0 });
		expect(layoutOf(x.flip(1))).toEqual({ shape: [2, 3, 4], strides: [12, -4, 1], offset: 8 });
		expect(layoutOf(x.flip([0, -1]))).toEqual({ shape: [2, 3, 4], strides: [-12, 4, -1], offset: 15 });
		expect(layoutOf(x.flip([0, 1, 2]).flip([0, 1, 2]))).toEqual(layoutOf(x));
		expect(layoutOf(x.select(1, 2).expand([5, 2, 4]))).toEqual({ shape: [5, 2, 4], strides: [0, 12, 1], offset: 8 });
		expect(x.flip([]).toArray()).toEqual(x.toArray());
	});

	it("know whether they have gaps", () => {
		const x = range(6).reshape([2, 1, 3]);
		expect(x.transpose(0, 1).contiguous).toBe(true);
		expect(x.permute([2, 0, 1]).contiguous).toBe(false);
		expect(x.select(0, 1).contiguous).toBe(true);
		expect(x.expand([2, 2, 3]).contiguous).toBe(false);
		expect(x.unsqueeze(0).unsqueeze(-1).contiguous).toBe(true);
		expect(scalar(1).expand([1]).contiguous).toBe(true);
	});
});

describe("flatten", () => {
	it("joins all axes, or a run of them", () => {
		const x = zeros([2, 3, 4, 5]);
		expect(x.flatten().shape).toEqual([120]);
		expect(x.flatten(1).shape).toEqual([2, 60]);
		expect(x.flatten(0, 1).shape).toEqual([6, 4, 5]);
		expect(x.flatten(-3, -2).shape).toEqual([2, 12, 5]);
		expect(x.flatten(2, 2).shape).toEqual([2, 3, 4, 5]);
		expect(scalar(1).flatten().shape).toEqual([1]);
	});
});

describe("unsqueeze and squeeze", () => {
	it("add and take away axes of length 1, from both ends", () => {
		const x = zeros([2, 3]);
		expect([0, 1, 2, -1, -2, -3].map((axis) => x.unsqueeze(axis).shape)).toEqual([
			[1, 2, 3],
			[2, 1, 3],
			[2, 3, 1],
			[2, 3, 1],
			[2, 1, 3],
			[1, 2, 3],
		]);
		expect(scalar(1).unsqueeze(0).shape).toEqual([1]);
		const y = zeros([1, 3, 1, 2]);
		expect([y.squeeze().shape, y.squeeze(0).shape, y.squeeze(-2).shape]).toEqual([
			[3, 2],
			[3, 1, 2],
			[1, 3, 2],
		]);
		expect(zeros([1, 1]).squeeze().shape).toEqual([]);
		expect(zeros([1, 0]).squeeze().shape).toEqual([0]);
	});

	it("send gradients back in the old shape", () => {
		const x = tensor([[1], [2]]).requireGrad();
		x.squeeze(1)
			.unsqueeze(0)
			.mul(tensor([3, 4]))
			.sum()
			.backward();
		expect(x.grad?.toArray()).toEqual([[3], [4]]);
	});
});

describe("expand", () => {
	it("keeps lengths called −1 and gives the tensor itself where nothing changes", () => {
		const x = ones([2, 1]);
		expect(x.expand([-1, 4]).shape).toEqual([2, 4]);
		expect(x.expand([3, -1, -1]).shape).toEqual([3, 2, 1]);
		expect(x.expand([2, -1])).toBe(x);
		expect(ones([1]).expand([0]).shape).toEqual([0]);
	});

	it("of length 1 to 0 has a gradient of 0", () => {
		const x = tensor([5]).requireGrad();
		x.expand([0]).sum().backward();
		expect(x.grad?.toArray()).toEqual([0]);
	});
});

describe("what does not fit", () => {
	const x = range(6).reshape([2, 3]);
	const rows: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
		["reshape to another size", () => x.reshape([4]), ShapeError, /reshape: shape \[2, 3\] \(6 elements\) cannot become \[4\]/],
		["reshape with two unknowns", () => x.reshape([-1, -1]), ShapeError, /at most one −1/],
		["reshape with half a length", () => x.reshape([1.5, 4]), ShapeError, /cannot become \[1\.5, 4\]/],
		["reshape of nothing to an unknown beside 0", () => zeros([0]).reshape([0, -1]), ShapeError, /cannot become \[0, -1\]/],
		[
			"reshape to a number",
			() => x.reshape(6 as never),
			ShapeError,
			/reshape: expected a shape, a list of lengths such as \[2, 3\], received 6/,
		],
		["permute of too few axes", () => x.permute([0]), ArgumentError, /permute: expected each of the 2 axes once, received \[0\]/],
		["permute of an axis twice", () => x.permute([0, -2]), ArgumentError, /received \[0, -2\]/],
		["permute of no axis", () => x.permute([0, 2]), IndexError, /permute: axis 2 is out of range; expected an integer from -2 to 1/],
		["permute by a number", () => x.permute(1 as never), ArgumentError, /permute: expected each of the 2 axes once, received 1/],
		["transpose of a vector", () => range(3).transpose(), IndexError, /transpose: axis -2 is out of range/],
		[
			"expand of a long axis",
			() => x.expand([2, 6]),
			ShapeError,
			/expand: shape \[2, 3\] cannot be stretched to \[2, 6\]; only axes of length 1/,
		],
		["expand to fewer axes", () => x.expand([3]), ShapeError, /cannot be stretched to \[3\]/],
		["expand of a new axis to −1", () => x.expand([-1, 2, 3]), ShapeError, /expand: \[-1, 2, 3\] is no shape/],
		["expand to half a length", () => ones([1]).expand([2.5]), ShapeError, /expand: \[2\.5\] is no shape/],
		["expand to less than nothing", () => ones([1]).expand([-2]), ShapeError, /expand: \[-2\] is no shape/],
		["expand to a number", () => x.expand(6 as never), ShapeError, /expand: expected a shape/],
		["unsqueeze beyond the end", () => x.unsqueeze(3), IndexError, /unsqueeze: axis 3 is out of range; expected an integer from -3 to 2/],
		["squeeze of a long axis", () => x.squeeze(0), ShapeError, /squeeze: axis 0 of shape \[2, 3\] has length 2; expected 1/],
		["squeeze of no axis", () => x.squeeze(2), IndexError, /squeeze: axis 2/],
		["flip of no axis", () => x.flip(2), IndexError, /flip: axis 2/],
		["flip of an axis twice", () => x.flip([0, -2]), ArgumentError, /flip: axis 0 is named twice/],
		["flatten the wrong way round", () => x.flatten(1, 0), ArgumentError, /flatten: expected start ≤ end, received axes 1 and 0/],
		["flatten from no axis", () => x.flatten(2), IndexError, /flatten: axis 2/],
	];

	it.each(rows)("%s is refused", (_, run, error, words) => {
		expect(run).toThrow(error);
		expect(run).toThrow(words);
	});
});
