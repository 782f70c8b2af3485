import { describe, expect, it } from "vitest";
import { createReferenceExecutor, createWasmExecutor, describeExecutor, hasNativeExecutor } from "../executors/index.ts";
import { currentExecutor, executorInfo, setExecutor, withExecutor, zeros } from "../index.ts";

describe("the current executor", () => {
	it("is the best that this machine has, until one is set, and stays the same one", () => {
		const found = currentExecutor();
		expect(found.facts().name).toBe(hasNativeExecutor() ? "native" : "wasm");
		expect(currentExecutor()).toBe(found);
		expect(zeros([1]).executor).toBe(found);
		const own = createReferenceExecutor();
		expect(setExecutor(own)).toBe(found);
		expect(currentExecutor()).toBe(own);
		expect(zeros([1]).executor).toBe(own);
		expect(setExecutor(found)).toBe(own);
	});

	it("is another inside withExecutor only, also where that fails or nests", () => {
		const outside = currentExecutor();
		const [first, second] = [createReferenceExecutor(), createWasmExecutor()];
		const seen = withExecutor(first, () => [currentExecutor(), withExecutor(second, currentExecutor), currentExecutor()]);
		expect(seen).toEqual([first, second, first]);
		expect(() =>
			withExecutor(first, () => {
				throw new Error("mine");
			}),
		).toThrow("mine");
		expect(currentExecutor()).toBe(outside);
	});

	it("leaves tensors where they are when it changes", () => {
		const [first, second] = [createReferenceExecutor(), createReferenceExecutor()];
		const x = withExecutor(first, () => zeros([2]));
		withExecutor(second, () => {
			expect(x.add(1).executor).toBe(first);
			expect(zeros([2]).executor).toBe(second);
		});
	});
});

describe("executorInfo", () => {
	it("describes the current executor", () => {
		const executor = createReferenceExecutor();
		expect(withExecutor(executor, executorInfo)).toEqual(describeExecutor(executor));
		expect(withExecutor(executor, executorInfo).chosen.name).toBe("reference");
	});
});
