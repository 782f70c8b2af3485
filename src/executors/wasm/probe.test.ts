import { afterEach, describe, expect, it, vi } from "vitest";
import { createWasmExecutor } from "./index.ts";
import { probeRelaxedSimd, probeSharedMemory } from "./probe.ts";

afterEach(() => {
	vi.unstubAllGlobals();
});

describe("probeRelaxedSimd", () => {
	it("finds relaxed SIMD in this engine: Node has had it since version 21", () => {
		expect(probeRelaxedSimd()).toBe(true);
	});

	it("leaves nothing in force: a deterministic executor uses none of it", () => {
		expect(createWasmExecutor().facts().details.relaxedSimd).toBe(true);
		expect(createWasmExecutor({ deterministic: true }).facts().details.relaxedSimd).toBe(false);
	});
});

describe("probeSharedMemory", () => {
	it("holds in Node", () => {
		expect(probeSharedMemory()).toBe(true);
		expect(createWasmExecutor().facts().details.sharedMemory).toBe(true);
	});

	it("does not hold on a web page that is not isolated, or without SharedArrayBuffer; executors work there on memory of their own", () => {
		vi.stubGlobal("crossOriginIsolated", false);
		expect(probeSharedMemory()).toBe(false);
		vi.stubGlobal("crossOriginIsolated", true);
		expect(probeSharedMemory()).toBe(true);
		vi.stubGlobal("SharedArrayBuffer", undefined);
		expect(probeSharedMemory()).toBe(false);
		const executor = createWasmExecutor();
		expect(executor.facts().details.sharedMemory).toBe(false);
		const block = executor.allocate("float32", 2);
		executor.write(block, "float32", 0, [1, 2]);
		expect(executor.readSync?.(block, "float32", 0, 2)).toEqual(new Float32Array([1, 2]));
	});
});
