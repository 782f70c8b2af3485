/** Which executors there are, and which one is chosen when nobody says. */
import type { Executor, ExecutorFacts } from "../kernels/contracts.ts";
import { type BlasSearch, findBlas } from "./native/blas.ts";
import { nativeExecutor } from "./native/index.ts";
import { createWasmExecutor } from "./wasm/index.ts";

export { createNativeExecutor, type NativeExecutorOptions } from "./native/index.ts";
export { createReferenceExecutor, type ReferenceExecutorOptions } from "./reference/index.ts";
export { createWasmExecutor, type WasmExecutorOptions } from "./wasm/index.ts";

/** The fastest executor that this machine has: native where there is a BLAS, else WASM. */
export function bestExecutor(): Executor {
	const search = findBlas();
	return search.kind === "found" ? nativeExecutor(search) : createWasmExecutor();
}

/** Whether this machine has a BLAS for the native executor. */
export function findsBlas(): boolean {
	return findBlas().kind === "found";
}

/** What was found on this machine, what was chosen, and why. */
export interface ExecutorInfo {
	/** The executor in use, as it describes itself. */
	readonly chosen: ExecutorFacts;
	/** Why this one. */
	readonly reason: string;
	/** What was looked for, one line each. */
	readonly found: readonly string[];
}

/** Describes an executor and the search that led to it. */
export function describeExecutor(executor: Executor): ExecutorInfo {
	const search: BlasSearch = findBlas();
	const chosen = executor.facts();
	const found =
		search.kind === "found" ? [`${search.blas.facts.name} at ${search.blas.facts.path}`] : search.tried.map((line) => `not found: ${line}`);
	const reasons: Record<string, string> = {
		native: "a BLAS was found, and its matrix products are faster than WASM's",
		wasm: search.kind === "found" ? "it was asked for" : "no BLAS was found",
		reference: "it was asked for",
	};
	return { chosen, reason: reasons[chosen.name] ?? "it was asked for", found };
}
