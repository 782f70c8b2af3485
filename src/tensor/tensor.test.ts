import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { createReferenceExecutor, createWasmExecutor } from "../executors/index.ts";
import {
	ArgumentError,
	DisposedError,
	type DType,
	ExecutorError,
	GradientError,
	ones,
	parameters,
	range,
	ShapeError,
	scalar,
	scope,
	setExecutor,
	Tensor,
	tensor,
	withExecutor,
	zeros,
} from "../index.ts";

const reference = createReferenceExecutor();
setExecutor(reference);

describe.each(executors)("a tensor on $name", ({ executor }) => {
	const on = <R>(fn: () => R): R => withExecutor(executor, () => scope(fn));

	it("gives its one element as a number", () => {
		on(() => {
			expect(tensor(2.5).item()).toBe(2.5);
			expect(tensor([[[-3]]], { dtype: "int32" }).item()).toBe(-3);
			expect(tensor([true]).item()).toBe(1);
			expect(range(5).at(3).item()).toBe(3);
		});
	});

	it("refuses item() where it has more elements, or none", () => {
		on(() => {
			for (const x of [zeros([2]), zeros([0])]) {
				expect(() => x.item()).toThrow(ShapeError);
				expect(() => x.item()).toThrow(`item() reads a tensor of one element; this one has shape [${x.size}]. Try: dataSync()`);
			}
		});
	});

	it("gives nested lists", () => {
		on(() => {
			expect(scalar(4).toArray()).toBe(4);
			expect(range(4).reshape([2, 1, 2]).toArray()).toEqual([[[0, 1]], [[2, 3]]]);
			expect(zeros([2, 0]).toArray()).toEqual([[], []]);
			expect(zeros([0, 2]).toArray()).toEqual([]);
		});
	});

	it("gives its data row-major, in its own type, whatever its strides", async () => {
		const x = withExecutor(executor, () => range(6).reshape([2, 3]));
		const views: [Tensor, number[]][] = [
			[x, [0, 1, 2, 3, 4, 5]],
			[x.transpose(), [0, 3, 1, 4, 2, 5]],
			[x.flip([0, 1]), [5, 4, 3, 2, 1, 0]],
			[x.slice([":", [null, null, 2]]), [0, 2, 3, 5]],
			[x.select(0, 1), [3, 4, 5]],
			[x.at(0, 1).expand([3]), [1, 1, 1]],
			[x.slice([[2, 2]]), []],
		];
		for (const [view, expected] of views) {
			expect(view.dataSync()).toEqual(new Int32Array(expected));
			expect(await view.data()).toEqual(new Int32Array(expected));
		}
	});

	it("hands out data that are the caller's own", () => {
		on(() => {
			const x = tensor([1, 2]);
			const data = x.dataSync();
			data[0] = 99;
			expect(x.toArray()).toEqual([1, 2]);
		});
	});

	it("leaves no copy behind when a view is read", () => {
		const x = withExecutor(executor, () => range(6).reshape([2, 3]).transpose());
		const before = executor.memory().blockCount;
		x.dataSync();
		x.toArray();
		x.toString();
		expect(executor.memory().blockCount).toBe(before);
	});

	it("says what it is: rank, size, type, executor", () => {
		on(() => {
			const x = zeros([2, 3], { dtype: "uint8" });
			expect([x.rank, x.size, x.dtype, x.executor, x.contiguous, x.offset, x.strides]).toEqual([2, 6, "uint8", executor, true, 0, [3, 1]]);
			const y = x.transpose().slice([[1, 3]]);
			expect([y.rank, y.size, y.contiguous, y.offset, y.strides]).toEqual([2, 4, false, 1, [1, 3]]);
		});
	});
});

describe("a tensor of more elements than an index can count", () => {
	it("is refused, also as a view, and nothing stays reserved", () => {
		const executor = createWasmExecutor();
		withExecutor(executor, () => {
			const one = ones([1]);
			const before = executor.memory().blockCount;
			for (const make of [() => zeros([2 ** 31], { dtype: "uint8" }), () => one.expand([2 ** 16, 2 ** 16])]) {
				expect(make).toThrow(ShapeError);
				expect(make).toThrow(/A tensor holds at most 2147483647 elements; shape \[.*\] has (2147483648|4294967296)/);
			}
			expect(executor.memory().blockCount).toBe(before);
			one.dispose();
			expect(executor.memory().blockCount).toBe(before - 1);
		});
	});
});

describe("dispose", () => {
	it("gives memory back once, however often it is called", () => {
		const before = reference.memory().blockCount;
		const [x, y] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
		expect(x.isDisposed).toBe(false);
		x.dispose();
		x.dispose();
		x[Symbol.dispose]();
		expect(x.isDisposed).toBe(true);
		expect(reference.memory().blockCount).toBe(before + 1);
		expect(y.toArray()).toEqual([4, 5, 6]);
		y.dispose();
	});

	it("of a view leaves its base alive, and the other way round", () => {
		const x = tensor([1, 2]);
		const [view, other] = [x.reshape([2, 1]), x.detach()];
		view.dispose();
		view.dispose();
		expect(x.toArray()).toEqual([1, 2]);
		x.dispose();
		expect(other.toArray()).toEqual([1, 2]);
		expect(() => x.dataSync()).toThrow(DisposedError);
	});

	it("makes every later use an error that says who gave the memory back and what to do", async () => {
		const x = tensor([1, 2]).requireGrad();
		x.dispose();
		const uses: (() => unknown)[] = [
			() => x.dataSync(),
			() => x.add(1),
			() => x.reshape([2, 1]),
			() => x.transpose(0, 0),
			() => x.detach(),
			() => x.keep(),
			() => x.toArray(),
			() => tensor([1]).mul(x),
		];
		for (const use of uses) {
			expect(use).toThrow(DisposedError);
			expect(use).toThrow(/memory was given back by dispose\(\)[\s\S]*Try: return it from the scope or call keep\(\)/);
		}
		await expect(x.data()).rejects.toThrow(DisposedError);
		expect([x.shape, x.dtype, x.size]).toEqual([[2], "float32", 2]);
	});

	it("of a result lets go of its history", () => {
		const x = tensor([1]).requireGrad();
		const y = x.mul(2);
		y.dispose();
		expect(y.requiresGrad).toBe(false);
	});
});

describe("requireGrad", () => {
	it("makes a leaf, gives the tensor back and does nothing the second time", () => {
		const x = tensor([1, 2]);
		expect([x.requiresGrad, x.grad]).toEqual([false, null]);
		expect(x.requireGrad()).toBe(x);
		x.mul(3).sum().backward();
		expect(x.requireGrad().grad?.toArray()).toEqual([3, 3]);
		expect(x.requiresGrad).toBe(true);
	});

	it.each(["int32", "uint8", "bool"] as DType[])("refuses %s, which has no derivative", (dtype) => {
		expect(() => zeros([1], { dtype }).requireGrad()).toThrow(GradientError);
		expect(() => zeros([1], { dtype }).requireGrad()).toThrow(`A tensor of ${dtype} has no gradient; expected float32 or float64.`);
	});

	it("refuses the result of a recorded operation and names it", () => {
		const y = tensor([1]).requireGrad().exp();
		expect(() => y.requireGrad()).toThrow(GradientError);
		expect(() => y.requireGrad()).toThrow(/the result of exp; gradients are collected at leaves\. Try: x\.detach\(\)\.requireGrad\(\)/);
	});

	it("of a leaf with nothing collected leaves zeroGrad without effect", () => {
		const x = tensor([1]).requireGrad();
		x.zeroGrad();
		expect(x.grad).toBeNull();
		tensor([1]).zeroGrad();
	});
});

describe("detach", () => {
	it("shares memory and has no history", () => {
		const x = tensor([1, 2]).requireGrad();
		const y = x.mul(2);
		const free = y.detach();
		expect(free.requiresGrad).toBe(false);
		expect(free.storage).toBe(y.storage);
		expect(free.toArray()).toEqual([2, 4]);
		expect(x.detach().requiresGrad).toBe(false);
		expect(x.requiresGrad).toBe(true);
	});

	it("stops gradients: d/dx of x · detach(x) is x", () => {
		const x = tensor([3]).requireGrad();
		x.mul(x.detach()).sum().backward();
		expect(x.grad?.toArray()).toEqual([3]);
	});

	it("keeps the strides of a view", () => {
		expect(range(6).reshape([2, 3]).transpose().detach().toArray()).toEqual([
			[0, 3],
			[1, 4],
			[2, 5],
		]);
	});
});

describe("moving into a parameter block", () => {
	it("keeps values, shape and identity, also of views, and makes leaves", () => {
		const weight = range(6).to("float32").reshape([2, 3]).transpose();
		const bias = tensor([7]);
		const { values, parameterCount } = parameters([weight, bias]);
		expect(parameterCount).toBe(7);
		expect([weight.shape, weight.strides, weight.contiguous, weight.offset, bias.offset]).toEqual([[3, 2], [2, 1], true, 0, 16]);
		expect(weight.toArray()).toEqual([
			[0, 3],
			[1, 4],
			[2, 5],
		]);
		expect(Array.from(values.dataSync().slice(0, 17))).toEqual([0, 3, 1, 4, 2, 5, ...new Array(10).fill(0), 7]);
		expect(weight.requiresGrad && bias.requiresGrad).toBe(true);
	});

	it("leaves views made before in the old memory, and gives that back with the last of them", () => {
		const before = reference.memory().blockCount;
		const x = tensor([1, 2]);
		const view = x.reshape([2, 1]);
		const block = parameters([x]);
		expect(view.toArray()).toEqual([[1], [2]]);
		expect(view.storage).not.toBe(x.storage);
		expect(reference.memory().blockCount).toBe(before + 3);
		view.dispose();
		expect(reference.memory().blockCount).toBe(before + 2);
		for (const part of [block.values, block.gradients]) part.dispose();
		expect(x.toArray()).toEqual([1, 2]);
	});

	it("outlives the scope in which it happens", () => {
		const x = tensor([1, 2]);
		scope(() => parameters([x]));
		x.square().sum().backward();
		expect([x.toArray(), x.grad?.toArray()]).toEqual([
			[1, 2],
			[2, 4],
		]);
	});

	it("is refused for nothing, other types, results and the same tensor twice", () => {
		const x = tensor([1]);
		expect(() => parameters([])).toThrow(ArgumentError);
		expect(() => parameters([tensor([1], { dtype: "int32" })])).toThrow(/number 0 is int32; expected float32/);
		expect(() => parameters([x, tensor([1]).requireGrad().exp()])).toThrow(/number 1, \[1\], is the result of exp/);
		expect(() => parameters([x, x])).toThrow(/number 1, \[1\], was named before/);
		expect(() => parameters([x, tensor([1], { executor: createReferenceExecutor() })])).toThrow(ExecutorError);
		expect(x.requiresGrad).toBe(false);
	});
});

describe("the collector as a safety net", () => {
	/** Lets the collector run and its callbacks with it. */
	async function collect(): Promise<void> {
		for (let i = 0; i < 4; i++) {
			(globalThis.gc as () => void)();
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
	const executor = createWasmExecutor();
	const blocks = (): number => executor.memory().blockCount;
	const make = <R>(fn: () => R): R => withExecutor(executor, fn);
	/** Numbers that stand in operations are made once and stay. */
	make(() => scope(() => ones([1]).add(1).mul(2)));

	it("frees tensors that were made outside scopes and dropped", async () => {
		const before = blocks();
		make(() => {
			for (let i = 0; i < 50; i++) zeros([100]).add(1);
		});
		expect(blocks()).toBeGreaterThan(before);
		await collect();
		expect(blocks()).toBe(before);
	});

	it("spares memory at which somebody still looks", async () => {
		const before = blocks();
		const view = make(() => range(6).reshape([2, 3]).transpose());
		await collect();
		expect(blocks()).toBe(before + 1);
		expect(view.toArray()).toEqual([
			[0, 3],
			[1, 4],
			[2, 5],
		]);
		view.dispose();
		expect(blocks()).toBe(before);
	});

	it("does not free again what was disposed of and is in use by another", async () => {
		const before = blocks();
		make(() => zeros([64])).dispose();
		const heir = make(() => ones([64]));
		await collect();
		expect(blocks()).toBe(before + 1);
		const stranger = make(() => zeros([64]));
		expect(heir.dataSync().every((value) => value === 1)).toBe(true);
		for (const x of [heir, stranger]) x.dispose();
		expect(blocks()).toBe(before);
	});

	it("frees what a scope returned or kept, once that is dropped", async () => {
		const before = blocks();
		make(() => {
			scope(() => ({ returned: ones([3]).add(1), kept: ones([3]).keep() }).returned);
		});
		expect(blocks()).toBe(before + 2);
		await collect();
		expect(blocks()).toBe(before);
	});

	it("frees a tape that was never used, and the gradients of leaves", async () => {
		const before = blocks();
		make(() => {
			const x = ones([4]).requireGrad();
			x.exp().mul(x).sum().backward();
			x.exp().mul(x).sum();
		});
		expect(blocks()).toBeGreaterThan(before);
		await collect();
		expect(blocks()).toBe(before);
	});
});

describe("Tensor", () => {
	it("is a class that values can be tested for", () => {
		expect(zeros([1])).toBeInstanceOf(Tensor);
	});
});
