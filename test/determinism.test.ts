import { describe, expect, it } from "vitest";
import * as gradus from "../src/index.ts";
import { trainedBits } from "./deterministic-program.ts";

describe("training", () => {
	it.each([true, false])("gives the same bits with 1, 2 and 3 threads (deterministic: %s)", async (deterministic) => {
		const executor = gradus.createWasmExecutor({ deterministic });
		const alone = trainedBits(gradus, executor);
		for (const threads of [2, 3]) {
			await executor.setThreads?.(threads);
			expect(executor.facts().threads).toBe(threads);
			expect(trainedBits(gradus, executor)).toEqual(alone);
		}
		await executor.close();
	});

	it("gives the same bits in a second run", () => {
		const run = (): number[] => trainedBits(gradus, gradus.createWasmExecutor());
		expect(run()).toEqual(run());
	});
});
