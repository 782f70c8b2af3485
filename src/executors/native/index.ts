/**
 * The native executor: the WASM executor whose contractions run at the machine's own speed, on the same memory, by machine code made for
 * the processor or, where that cannot be had, by a BLAS of the machine.
 */
import { ExecutorError } from "../../core/errors.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { loadKoffi } from "../koffi.ts";
import { executorOver, makeHost, type WasmExecutorOptions, wasmKernels } from "../wasm/index.ts";
import { wasmParts } from "../wasm/kernels/contractions.ts";
import { type Blas, findBlas } from "./blas.ts";
import { BlasGemm } from "./gemm.ts";
import { findMachineCode, type MachineCode, machineParts } from "./x86/index.ts";
import type { MachineKernelsOptions } from "./x86/kernels.ts";

/** How a native executor is made. */
export interface NativeExecutorOptions extends Omit<WasmExecutorOptions, "deterministic"> {
	/** Whether to use machine code where that is possible: on x86-64 processors with AVX2, under Linux. Default true; false: a BLAS. */
	readonly machineCode?: boolean;
	/** A BLAS library to load instead of the usual ones; then there is no machine code. */
	readonly blasPath?: string;
}

/** What makes contractions fast here. */
export type NativeSearch =
	| { readonly kind: "machine code"; readonly code: MachineCode }
	| { readonly kind: "blas"; readonly blas: Blas }
	/** One line a thing that was tried, and what would help. */
	| { readonly kind: "missing"; readonly tried: readonly string[]; readonly remedy: string };

/** Looks for machine code, then for a BLAS. */
export function findNative({ machineCode = true, blasPath }: NativeExecutorOptions = {}): NativeSearch {
	const missing = koffiMissing();
	if (missing !== null) return { kind: "missing", tried: [missing], remedy: "npm install koffi" };
	const tried: string[] = [];
	if (machineCode && blasPath === undefined) {
		const search = findMachineCode();
		if (search.kind === "found") return { kind: "machine code", code: search.code };
		tried.push(`machine code: ${search.reason}`);
	}
	const search = findBlas(blasPath);
	if (search.kind === "found") return { kind: "blas", blas: search.blas };
	const remedy = "install OpenBLAS (Debian: libopenblas0-pthread, macOS: nothing, Accelerate is there)";
	return { kind: "missing", tried: [...tried, ...search.tried], remedy };
}

/** Why koffi, which calls machine code and libraries, cannot be used; null if it can. */
function koffiMissing(): string | null {
	try {
		loadKoffi();
		return null;
	} catch (error) {
		return `koffi, the optional package that calls machine code and libraries: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
	}
}

/**
 * Makes a native executor.
 *
 * @throws ExecutorError if there is neither machine code nor a BLAS here, or koffi, which calls both, is not installed
 */
export function createNativeExecutor(options: NativeExecutorOptions = {}): Executor {
	const search = findNative(options);
	if (search.kind !== "missing") return nativeExecutor(search, options);
	const wanted = options.machineCode === false || options.blasPath !== undefined ? "a BLAS" : "machine code or a BLAS";
	throw new ExecutorError(
		`The native executor needs ${wanted}, and none was found. Tried:\n${search.tried.map((line) => `  ${line}`).join("\n")}\n` +
			`  Try: ${search.remedy}, or use createWasmExecutor().`,
	);
}

/** The native executor over what was found. */
export function nativeExecutor(
	search: Exclude<NativeSearch, { kind: "missing" }>,
	options: NativeExecutorOptions & MachineKernelsOptions = {},
): Executor {
	return search.kind === "blas" ? overBlas(search.blas, options) : overMachineCode(search.code, options);
}

function overMachineCode(code: MachineCode, options: NativeExecutorOptions & MachineKernelsOptions): Executor {
	const host = makeHost(options);
	return executorOver(host, wasmKernels(host, machineParts(host, code, options)), () => ({
		name: "native",
		threads: host.threadCount,
		details: { instructions: code.instructions, relaxedSimd: host.relaxedSimd, sharedMemory: host.shared },
	}));
}

function overBlas(blas: Blas, options: NativeExecutorOptions): Executor {
	blas.setThreads(1);
	const host = makeHost(options);
	const parts = wasmParts(host);
	const executor = executorOver(host, wasmKernels(host, { ...parts, gemm: new BlasGemm(host, blas, parts.gemm) }), () => ({
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
