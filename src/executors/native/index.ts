/** The native executor: the WASM executor with the machine's own BLAS for matrix products, on the same memory. */
import { ExecutorError } from "../../core/errors.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { executorOver, makeHost, type WasmExecutorOptions, wasmKernels } from "../wasm/index.ts";
import { WasmGemm } from "../wasm/kernels/gemm.ts";
import { type BlasSearch, findBlas } from "./blas.ts";
import { BlasGemm } from "./gemm.ts";

/** How a native executor is made. */
export interface NativeExecutorOptions extends Omit<WasmExecutorOptions, "deterministic"> {
	/** A BLAS library to load instead of the usual ones. */
	readonly blasPath?: string;
}

/**
 * Makes a native executor.
 *
 * @throws ExecutorError if the machine has no BLAS or koffi is not installed
 */
export function createNativeExecutor(options: NativeExecutorOptions = {}): Executor {
	const search = findBlas(options.blasPath);
	if (search.kind === "missing") {
		throw new ExecutorError(
			`The native executor needs a BLAS, and none was found. Tried:\n${search.tried.map((line) => `  ${line}`).join("\n")}\n` +
				"  Try: install OpenBLAS (Debian: libopenblas0-pthread, macOS: nothing, Accelerate is there), or use createWasmExecutor().",
		);
	}
	return nativeExecutor(search, options);
}

/** The native executor over a BLAS that was found. */
export function nativeExecutor(search: Extract<BlasSearch, { kind: "found" }>, options: NativeExecutorOptions = {}): Executor {
	const { blas } = search;
	blas.setThreads(1);
	const host = makeHost(options);
	const kernels = wasmKernels(host, new BlasGemm(host, blas, new WasmGemm(host)));
	const executor = executorOver(host, kernels, () => ({
		name: "native",
		threads: host.threadCount,
		details: {
			blas: blas.facts.name,
			path: blas.facts.path,
			version: blas.facts.version,
			core: blas.facts.core,
			relaxedSimd: host.relaxedSimd,
			sharedMemory: host.shared,
		},
	}));
	const setThreads = async (count: number): Promise<void> => {
		await executor.setThreads?.(count);
		blas.setThreads(count);
	};
	return { ...executor, setThreads, close: () => setThreads(1) };
}
