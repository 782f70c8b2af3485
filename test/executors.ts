/** The executors that this machine has: tests of operations run on each of them. A new executor is a line here. */
import { createNativeExecutor, createReferenceExecutor, createWasmExecutor } from "../src/executors/index.ts";
import { findNative, nativeExecutor } from "../src/executors/native/index.ts";
import type { Executor } from "../src/kernels/contracts.ts";
import { requires } from "./requires.ts";

/** An executor under its name. */
export interface TestExecutor {
	readonly name: string;
	readonly executor: Executor;
}

/** The native executor with machine code also for what comes but once, as tests do. */
export function eagerNativeExecutor(): Executor {
	const search = findNative();
	if (search.kind === "missing") throw new Error(search.tried.join("\n"));
	return nativeExecutor(search, { eager: true });
}

/** Every executor that could be made, the reference first. */
export const executors: readonly TestExecutor[] = [
	{ name: "reference", executor: createReferenceExecutor() },
	{ name: "wasm", executor: createWasmExecutor() },
	{ name: "wasm, deterministic", executor: createWasmExecutor({ deterministic: true }) },
	...(requires.machineCode.found ? [{ name: "native", executor: eagerNativeExecutor() }] : []),
	...(requires.blas.found ? [{ name: "native with a BLAS", executor: createNativeExecutor({ machineCode: false }) }] : []),
];
