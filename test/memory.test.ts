import { describe, expect, it } from "vitest";
import {
	adam,
	createWasmExecutor,
	type Executor,
	formula,
	linear,
	OutOfMemoryError,
	parameters,
	scalars,
	scope,
	type Tensor,
	tensor,
	withExecutor,
} from "../src/index.ts";
import { executors } from "./executors.ts";

const tanhFormula = formula("tanh", (x) => scalars.tanh(x));

/** A step of W5: an MLP 2-16-16-1 with tanh, mean squared error, Adam. */
function trainer(executor: Executor): () => number {
	return withExecutor(executor, () => {
		const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) / 2);
		const layer = (out: number, into: number): Tensor[] => [tensor(wave(out * into), { shape: [out, into] }), tensor(wave(out))];
		const layers = [layer(16, 2), layer(16, 16), layer(1, 16)];
		const optimizer = adam(parameters(layers.flat()));
		const [x, y] = [tensor(wave(64), { shape: [32, 2] }), tensor(wave(32), { shape: [32, 1] })];
		return () =>
			scope(() => {
				optimizer.zeroGrad();
				let h = x;
				layers.forEach(([w, b], i) => {
					h = linear(h, w, b, i < 2 ? { activation: tanhFormula } : {});
				});
				const loss = h.sub(y).square().mean();
				loss.backward();
				optimizer.step();
				return loss.item();
			});
	});
}

const collect = globalThis.gc ?? ((): void => {});

describe.each(executors)("memory on $name", ({ executor }) => {
	it("a training step in the steady state allocates nothing new", () => {
		const step = trainer(executor);
		for (let i = 0; i < 3; i++) step();
		const before = executor.memory();
		for (let i = 0; i < 50; i++) step();
		expect(executor.memory()).toEqual(before);
	});
});

describe.each(executors.filter(({ name }) => name !== "reference"))("memory over many steps on $name", ({ name, executor }) => {
	it("100,000 steps leave heap and resident memory flat", { timeout: 120_000 }, () => {
		const step = trainer(executor);
		for (let i = 0; i < 20_000; i++) step();
		collect();
		const [before, start] = [executor.memory(), process.memoryUsage()];
		for (let i = 0; i < (name === "wasm" ? 100_000 : 5_000); i++) step();
		collect();
		const end = process.memoryUsage();
		expect(executor.memory()).toEqual(before);
		// Compiled code and bookkeeping may take this much; 32 bytes lost a step would be more.
		expect(end.heapUsed - start.heapUsed).toBeLessThan(3e6);
		// The collector doubles its young generation, 16 MB twice, whenever it sees fit.
		expect(end.rss - start.rss).toBeLessThan(64e6);
	});
});

describe("a full heap", () => {
	it("says what was asked, what is in use and what to try; nothing is harmed and the next call works", () => {
		const executor = createWasmExecutor({ limitBytes: 64 * 2 ** 20 });
		withExecutor(executor, () => {
			const x = tensor(new Float32Array(2 ** 20));
			const before = executor.memory();
			let caught: unknown;
			try {
				scope(() => Array.from({ length: 100 }, () => x.add(1)));
			} catch (error) {
				caught = error;
			}
			expect(caught).toBeInstanceOf(OutOfMemoryError);
			expect((caught as OutOfMemoryError).requestedBytes).toBe(4 * 2 ** 20);
			expect((caught as Error).message).toMatch(
				/cannot hold another 4\.0 MiB: \d+\.\d MiB of 64\.0 MiB are in use in \d+ blocks[\s\S]*largest blocks hold 4\.0 MiB, 4\.0 MiB, 4\.0 MiB[\s\S]*Try: a smaller batch/,
			);
			expect(executor.memory().blockCount).toBeLessThanOrEqual(before.blockCount + 1);
			expect(x.add(1).sum().item()).toBe(2 ** 20);
		});
	});
});
