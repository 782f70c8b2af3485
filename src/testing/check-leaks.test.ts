import { beforeAll, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../executors/index.ts";
import { ones, scope, setExecutor, type Tensor } from "../tensor/index.ts";
import { assertNoLeaks, LeakError, leakCheck } from "./index.ts";

beforeAll(() => {
	setExecutor(createReferenceExecutor());
});

describe("leak checks", () => {
	test("accept work in a scope", () => {
		assertNoLeaks(() => scope(() => ones([3]).add(1).sum().item()));
		expect(leakCheck(() => scope(() => ones([3]).mul(2)).dispose())).toEqual({ leakedCount: 0, leakedBytes: 0 });
	});

	test("say how many tensors were left and how large they are", () => {
		const kept: Tensor[] = [];
		const leak = () => kept.push(ones([4]), ones([2]));
		expect(() => assertNoLeaks(leak)).toThrow(LeakError);
		expect(() => assertNoLeaks(leak)).toThrow(/leaked 2 tensors \(24 bytes\)/);
	});

	test("do not count what is made once, unless asked to", () => {
		const cache = new Map<string, Tensor>();
		const run = () => {
			if (!cache.has("table")) cache.set("table", ones([5]).keep());
		};
		expect(leakCheck(run, { warmUpCount: 0 }).leakedCount).toBe(1);
		cache.clear();
		assertNoLeaks(run);
	});
});
