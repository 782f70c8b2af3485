import { beforeAll, describe, expect, it } from "vitest";
import { createWasmExecutor } from "../executors/index.ts";
import { DisposedError, type Executor, scope, setExecutor, type Tensor, tensor, zeros } from "../index.ts";

describe("scope", () => {
	let executor: Executor;
	beforeAll(() => {
		executor = createWasmExecutor();
		setExecutor(executor);
		// Constants that stand in formulas are made once and stay.
		scope(() => zeros([1]).add(0).add(1).sub(2).sum().item());
	});
	const blocks = (): number => executor.memory().blockCount;

	it("gives back everything made in it but what it returns", () => {
		const before = blocks();
		const result = scope(() => {
			const a = zeros([100]);
			return { sum: a.add(1).sum(), pair: [a.sub(2)] };
		});
		expect(result.sum.item()).toBe(100);
		expect(result.pair[0].dataSync()[99]).toBe(-2);
		expect(blocks()).toBe(before + 2);
		result.sum.dispose();
		result.pair[0].dispose();
		expect(blocks()).toBe(before);
	});

	it("hands its result to the scope around it", () => {
		const before = blocks();
		scope(() => {
			const inner = scope(() => zeros([4]).add(1));
			expect(inner.sum().item()).toBe(4);
		});
		expect(blocks()).toBe(before);
	});

	it("spares tensors on which keep() was called", () => {
		let kept: Tensor | undefined;
		scope(() => {
			kept = tensor([1, 2]).keep();
		});
		expect(kept?.toArray()).toEqual([1, 2]);
		kept?.dispose();
	});

	it("frees what was made before an error, and passes the error on", () => {
		const before = blocks();
		expect(() =>
			scope(() => {
				zeros([10]);
				throw new Error("mine");
			}),
		).toThrow("mine");
		expect(blocks()).toBe(before);
	});

	it("names itself when a tensor is used after its end", () => {
		let lost: Tensor | undefined;
		scope(
			() => {
				lost = zeros([2]);
			},
			{ name: "step 7" },
		);
		expect(() => lost?.add(1)).toThrow(DisposedError);
		expect(() => lost?.add(1)).toThrow(/at the end of scope "step 7"[\s\S]*keep\(\)/);
	});

	it("refuses asynchronous functions", () => {
		expect(() => scope(async () => zeros([1]))).toThrow(/asynchronous/);
	});

	it("frees memory shared by views only with the last of them", () => {
		const before = blocks();
		const x = tensor([1, 2, 3, 4]);
		const view = x.reshape([2, 2]);
		x.dispose();
		expect(view.toArray()).toEqual([
			[1, 2],
			[3, 4],
		]);
		expect(blocks()).toBe(before + 1);
		view.dispose();
		view.dispose();
		expect(blocks()).toBe(before);
	});

	it("works with using", () => {
		const before = blocks();
		{
			using x = zeros([8]);
			expect(x.size).toBe(8);
		}
		expect(blocks()).toBe(before);
	});
});
