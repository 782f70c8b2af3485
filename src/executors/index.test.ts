import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { describeIf, requires } from "../../test/requires.ts";
import { ArgumentError, ExecutorError } from "../core/errors.ts";
import type { Executor } from "../kernels/contracts.ts";
import {
	bestExecutor,
	createNativeExecutor,
	createReferenceExecutor,
	createWasmExecutor,
	describeExecutor,
	hasNativeExecutor,
} from "./index.ts";

const hasNative = requires.machineCode.found || requires.blas.found;

describe("bestExecutor", () => {
	it("is native exactly where there is machine code or a BLAS, else wasm", () => {
		expect(hasNativeExecutor()).toBe(hasNative);
		expect(bestExecutor().facts().name).toBe(hasNative ? "native" : "wasm");
	});

	it("is a new one each time: tensors of two never mix", () => {
		expect(bestExecutor()).not.toBe(bestExecutor());
	});
});

describe("describeExecutor", () => {
	it.each(executors)("$name: says which is in use, with how many threads, and why", ({ executor }) => {
		const { chosen, reason, found } = describeExecutor(executor);
		expect(chosen).toEqual(executor.facts());
		expect(chosen.threads).toBe(1);
		expect(reason).toMatch(/asked for|machine code made for this processor|BLAS was found/);
		expect(found.length).toBeGreaterThan(0);
		const expected = requires.machineCode.found ? /^machine code with AVX(-512|2)$/ : requires.blas.found ? / at / : /^not found: .+: .+/;
		for (const line of found) expect(line).toMatch(expected);
	});

	describeIf(requires.blas, "with a BLAS", () => {
		it("does not say of one over a BLAS that it runs machine code", () => {
			const { reason } = describeExecutor(createNativeExecutor({ machineCode: false }));
			expect(reason).toBe(
				requires.machineCode.found ? "it was asked for" : "a BLAS was found, and its matrix products are faster than WASM's",
			);
		});
	});

	it("does not say of an executor that was asked for that it was found best", () => {
		expect(describeExecutor(createReferenceExecutor()).reason).toBe("it was asked for");
		expect(describeExecutor(createWasmExecutor()).reason).toBe(
			hasNative ? "it was asked for" : "neither machine code nor a BLAS can be used here",
		);
	});
});

describe("facts", () => {
	it("of wasm say whether multiply-adds are fused and memory is shared", () => {
		expect(createWasmExecutor().facts()).toEqual({ name: "wasm", threads: 1, details: { relaxedSimd: true, sharedMemory: true } });
		expect(createWasmExecutor({ deterministic: true }).facts().details).toEqual({ relaxedSimd: false, sharedMemory: true });
	});

	it("of the reference say in what it computes", () => {
		expect(createReferenceExecutor().facts()).toEqual({ name: "reference", threads: 1, details: { arithmetic: "float64" } });
	});

	describeIf(requires.machineCode, "of native", () => {
		it("name the instructions that its code is made of", () => {
			expect(createNativeExecutor().facts()).toEqual({
				name: "native",
				threads: 1,
				details: { instructions: requires.machineCode.location, relaxedSimd: true, sharedMemory: true },
			});
		});
	});

	describeIf(requires.blas, "of native with a BLAS", () => {
		it("name the library, its file and the kind of core for which it chose its code", () => {
			const { name, details } = createNativeExecutor({ machineCode: false }).facts();
			expect(name).toBe("native");
			expect(details.blas).toMatch(/^(OpenBLAS|MKL|BLIS|Accelerate|BLAS)$/);
			expect(details.path).toBe(requires.blas.location);
			expect(Object.keys(details).sort()).toEqual(["blas", "core", "path", "relaxedSimd", "sharedMemory", "version"]);
		});

		it("are the same where the library is named", () => {
			const named = createNativeExecutor({ blasPath: requires.blas.location });
			expect(named.facts()).toEqual(createNativeExecutor({ machineCode: false }).facts());
		});
	});
});

describe("createNativeExecutor", () => {
	it("lists what was tried, why it failed and what to do where a library is not there", () => {
		const make = () => createNativeExecutor({ blasPath: "/nowhere/libblas.so" });
		expect(make).toThrow(ExecutorError);
		expect(make).toThrow(/needs a BLAS, and none was found\. Tried:\n {2}(\/nowhere\/libblas\.so|koffi.*): .+\n {2}Try: install OpenBLAS/);
	});

	describeIf(requires.blas, "with a library that is no BLAS", () => {
		it("says what it lacks", () => {
			const other = { linux: "libm.so.6", darwin: "/usr/lib/libSystem.B.dylib", win32: "kernel32.dll" }[process.platform as string];
			expect(() => createNativeExecutor({ blasPath: other })).toThrow(/(libm|libSystem|kernel32).*cblas_sgemm/);
		});
	});
});

describe.each(executors)("the $name executor", ({ executor }) => {
	const values = (of: Executor, ...args: Parameters<NonNullable<Executor["readSync"]>>) => Array.from(of.readSync?.(...args) ?? []);

	it("gives back what was written to each type, from any element on, also asynchronously", async () => {
		for (const dtype of executor.dtypes) {
			const block = executor.allocate(dtype, 5);
			executor.write(block, dtype, 0, [0, 1, 1, 0, 1]);
			executor.write(block, dtype, 3, [1, 0]);
			expect(values(executor, block, dtype, 1, 4)).toEqual([1, 1, 1, 0]);
			expect(await executor.read(block, dtype, 0, 5)).toEqual(executor.readSync?.(block, dtype, 0, 5));
			expect(executor.readSync?.(block, dtype, 0, 0).length).toBe(0);
			executor.release(block);
		}
	});

	it("hands out copies that stay as they are", () => {
		const block = executor.allocate("float32", 2);
		executor.write(block, "float32", 0, [1, 2]);
		const copy = executor.readSync?.(block, "float32", 0, 2);
		executor.write(block, "float32", 0, [3, 4]);
		expect(copy).toEqual(new Float32Array([1, 2]));
		expect(copy?.buffer).toBeInstanceOf(ArrayBuffer);
		executor.release(block);
	});

	it("counts its blocks, also those of no elements", () => {
		const before = executor.memory();
		const blocks = [executor.allocate("float32", 100), executor.allocate("uint8", 0)];
		const { used, blockCount, reserved, limit } = executor.memory();
		expect(blockCount).toBe(before.blockCount + 2);
		expect(used).toBeGreaterThanOrEqual(before.used + 400);
		expect(reserved).toBeGreaterThanOrEqual(used);
		expect(limit).toBe(2 ** 32);
		for (const block of blocks) executor.release(block);
		expect(executor.memory()).toMatchObject({ used: before.used, blockCount: before.blockCount });
	});
});

describe.each(executors.filter(({ executor }) => executor.setThreads !== undefined))("threads of the $name executor", ({ executor }) => {
	it("are refused in numbers that make no sense, and stay one", async () => {
		for (const count of [0, 1.5, 1000, Number.NaN]) await expect(executor.setThreads?.(count)).rejects.toThrow(ArgumentError);
		expect(executor.facts().threads).toBe(1);
	});

	it("end when it is closed", async () => {
		const own = executor.facts().name === "native" ? createNativeExecutor() : createWasmExecutor();
		await own.setThreads?.(2);
		expect(own.facts().threads).toBe(2);
		await own.close();
		expect(own.facts().threads).toBe(1);
	});
});
